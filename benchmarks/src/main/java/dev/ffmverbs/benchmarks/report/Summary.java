// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.report;

import dev.ffmverbs.benchmarks.result.Family;
import dev.ffmverbs.benchmarks.result.OperationResult;
import dev.ffmverbs.benchmarks.result.Report;
import dev.ffmverbs.benchmarks.result.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The main figures in sentences, for readers who read nothing else. A figure that failed is left out. */
public final class Summary {

    private static final String CALLS = "calls";
    private static final String STUB = "stub";
    private static final List<String> SHOWN_CALLS = List.of("empty-poll", "post-1", "post-and-poll-16", "decode-16");
    private static final List<String> BINDINGS = List.of("ffm-critical", "ffm");
    private static final List<String> SHOWN_OF_NODES = List.of("read-status", "silence-to-down", "append-64");
    private static final List<String> ALLOCATION_FREE = List.of(CALLS, "data-path", "heartbeat", "mirrored-log");
    private static final List<String> NOT_JUDGED = List.of(Family.C.name(), Family.PEER.name());
    private static final String SIDES = "soft";
    private static final String SOFT = "soft";
    private static final double P99 = 99;

    private final Report report;

    /**
     * Prepares a summary.
     *
     * @param report the figures.
     */
    public Summary(final Report report) {
        this.report = report;
    }

    /**
     * Writes the summary.
     *
     * @return sentences.
     */
    public List<String> sentences() {
        final List<String> sentences = new ArrayList<>();
        SHOWN_CALLS.forEach(operation -> call(operation).ifPresent(sentences::add));
        report.results().stream().filter(result -> result.suite().equals("data-path") && isShown(result)
            && result.operation().matches("(read|write|send)-8")).forEach(result -> sentences.add(transfer(result)));
        report.results().stream().filter(result -> result.operation().equals("session") && isShown(result))
            .forEach(result -> sentences.add(formation(result)));
        report.results().stream().filter(result -> result.operation().equals("handshake-on-connection")
            && isShown(result)).forEach(result -> handshake(result).ifPresent(sentences::add));
        report.results().stream().filter(result -> SHOWN_OF_NODES.contains(result.operation()) && isShown(result))
            .forEach(result -> sentences.add(Wording.title(result.operation()) + ": median "
                + Wording.time(result.medianNs()) + ", 99 % within " + Wording.time(result.at(P99)) + "."));
        sentences.addAll(ofSides());
        new ScaleSection(report.scale()).sentence().ifPresent(sentences::add);
        safepoints().ifPresent(sentences::add);
        allocation().ifPresent(sentences::add);
        sentences.addAll(new Conditions(report).sentences());
        if (!report.results().isEmpty() || !report.failures().isEmpty()) {
            sentences.add(validity());
        }
        return sentences;
    }

    /**
     * Describes the time that the software device takes, and how the other sides compare.
     *
     * @return a sentence for each load; none if it was not measured beside others.
     */
    public List<String> ofSides() {
        return report.results().stream().filter(result -> result.suite().equals(SIDES) && result.binding().equals(SOFT)
            && result.status() == Status.OK).map(this::besideOthers).toList();
    }

    private String besideOthers(final OperationResult soft) {
        final List<String> others = report.results().stream().filter(result -> result.suite().equals(SIDES)
            && result.device().equals(soft.device()) && result.operation().equals(soft.operation())
            && !result.binding().equals(SOFT) && result.status() == Status.OK && result.medianNs() > 0)
            .map(other -> Wording.ratio(soft.medianNs() / other.medianNs()) + " " + other.binding()).toList();
        return Wording.title(soft.operation()) + ": " + Wording.time(soft.medianNs()) + " on the software device"
            + Throughput.of(soft.operation(), soft.medianNs()).map(rate -> ", " + rate.messageRate()
                + " million a second").orElse("") + (others.isEmpty() ? "." : ", " + String.join(", ", others) + ".");
    }

    private Optional<OperationResult> valid(final String operation, final String binding) {
        return report.find(CALLS, STUB, operation, binding).filter(result -> result.status() == Status.OK);
    }

    private Optional<String> call(final String operation) {
        final Optional<OperationResult> shown =
            BINDINGS.stream().flatMap(binding -> valid(operation, binding).stream()).findFirst();
        return shown.map(result -> {
            final List<String> others = new ArrayList<>();
            valid(operation, "jni").ifPresent(jni -> others.add(String.format(Locale.ROOT, "%s JNI's %s",
                Wording.ratio(result.medianNs() / jni.medianNs()), Wording.time(jni.medianNs()))));
            valid(operation, "c").ifPresent(c -> others.add(Wording.time(Math.abs(result.medianNs() - c.medianNs()))
                + (result.medianNs() < c.medianNs() ? " less" : " more") + " than C's " + Wording.time(c.medianNs())));
            return Wording.title(operation) + ": " + Wording.time(result.medianNs()) + " through " + result.binding()
                + (others.isEmpty() ? "." : ", " + String.join(" and ", others) + ".");
        });
    }

    private static boolean isShown(final OperationResult result) {
        return result.status() == Status.OK && result.binding().equals("ffm");
    }

    private String transfer(final OperationResult result) {
        final Optional<OperationResult> c =
            report.find(result.suite(), result.device(), result.operation(), "c")
                .filter(other -> other.status() == Status.OK);
        return Wording.title(result.operation()) + " on " + result.device() + ": median "
            + Wording.time(result.medianNs()) + ", 99 % within " + Wording.time(result.at(P99))
            + c.map(other -> ", " + Wording.ratio(result.medianNs() / other.medianNs()) + " C's").orElse("") + ".";
    }

    private String formation(final OperationResult session) {
        return "Two nodes on " + session.device() + " have a session " + Wording.time(session.medianNs())
            + " after their start"
            + report.find(session.suite(), session.device(), "handshake", session.binding())
                .map(handshake -> ", the handshake takes " + Wording.time(handshake.medianNs()) + " of it").orElse("")
            + report.find(session.suite(), session.device(), "cold-session", session.binding())
                .map(cold -> "; the first time in a JVM " + Wording.time(cold.medianNs())).orElse("") + ".";
    }

    private Optional<String> handshake(final OperationResult handshake) {
        return report.find(handshake.suite(), handshake.device(), "two-reads-two-writes", handshake.binding())
            .filter(operations -> operations.status() == Status.OK)
            .map(operations -> "The handshake on a connection of " + handshake.device() + " takes "
                + Wording.time(handshake.medianNs()) + ", "
                + Wording.ratio(handshake.medianNs() / operations.medianNs()) + " its two READs and two WRITEs.");
    }

    private Optional<String> safepoints() {
        final List<String> shown = report.safepoints().stream()
            .filter(times -> times.suite().equals(CALLS) && times.device().equals(STUB))
            .map(times -> Wording.time((double) times.medianNs()) + " through " + times.binding()).toList();
        return shown.isEmpty() ? Optional.empty()
            : Optional.of("Median time to a safepoint during calls: " + String.join(", ", shown) + ".");
    }

    private Optional<String> allocation() {
        final List<OperationResult> judged = report.results().stream()
            .filter(result -> ALLOCATION_FREE.contains(result.suite())
                && !NOT_JUDGED.contains(result.family())).toList();
        if (judged.isEmpty()) {
            return Optional.empty();
        }
        final List<String> allocating = judged.stream()
            .filter(result -> Math.round(result.allocatedBytesPerCall()) > 0)
            .map(result -> result.operation() + " of " + result.binding() + " on " + result.device()).toList();
        return Optional.of(allocating.isEmpty()
            ? "No call, transfer, heartbeat or append allocates: 0 B each in all " + judged.size() + " measurements."
            : allocating.size() + " of " + judged.size() + " measurements allocated, and none may: "
                + String.join(", ", allocating) + ".");
    }

    private String validity() {
        final List<String> failed = report.results().stream().filter(result -> result.status() == Status.FAILED)
            .map(Summary::describeFailure).toList();
        final int all = report.results().size();
        if (failed.isEmpty()) {
            return report.failures().isEmpty()
                ? "All " + all + " results passed their checks: no operation lost, steady, in turns."
                : report.failures().size() + " measuring processes FAILED.";
        }
        return failed.size() + " of " + all + " results FAILED their checks: " + String.join("; ", failed) + ".";
    }

    private static String describeFailure(final OperationResult result) {
        return result.operation() + " of " + result.binding() + " on " + result.device() + ", "
            + String.join(", ", result.problems());
    }
}
