// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.report;

import dev.ffmverbs.benchmarks.device.MeasuredDevice;
import dev.ffmverbs.benchmarks.result.Family;
import dev.ffmverbs.benchmarks.result.OperationResult;
import dev.ffmverbs.benchmarks.result.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The regression gate: judges every FFM binding on the stub by ratios and allocation. Times alone are never judged. */
public final class Gate {

    private static final String SUITE = "calls";

    /** How much longer than another binding's an operation may take. */
    private record Bound(String operation, String other, double limit) {
    }

    /** About twice what a quiet machine shows, so that the gate notices a slower call but not a busy neighbour. */
    private static final List<Bound> BOUNDS = List.of(
        new Bound("empty-poll", "jni", 2.0), new Bound("post-1", "jni", 2.0), new Bound("post-16", "jni", 2.3),
        new Bound("post-and-poll-1", "jni", 2.0), new Bound("decode-16", "c", 2.2));

    private Gate() {
    }

    /**
     * A sentence of the verdict.
     *
     * @param isMet whether the bound is met.
     * @param text  what was compared, and the result.
     */
    public record Verdict(boolean isMet, String text) {

        @Override
        public String toString() {
            return (isMet ? "met     " : "MISSED  ") + text;
        }
    }

    /**
     * Judges figures.
     *
     * @param report figures with the stub's calls among them.
     * @return all verdicts, including a missed one if there is nothing to judge.
     */
    public static List<Verdict> judge(final Report report) {
        final List<Verdict> verdicts = new ArrayList<>();
        report.failures().forEach(failure -> verdicts.add(new Verdict(false, failure)));
        report.results().stream().filter(result -> !result.problems().isEmpty()).forEach(result ->
            verdicts.add(new Verdict(false, result.binding() + " " + result.operation() + " on " + result.device()
                + ": " + String.join("; ", result.problems()))));
        int compared = 0;
        for (final OperationResult result : report.results()) {
            if (!isJudged(result)) {
                continue;
            }
            for (final Bound bound : BOUNDS) {
                final Optional<OperationResult> other =
                    report.find(SUITE, result.device(), bound.operation, bound.other);
                if (bound.operation.equals(result.operation()) && other.isPresent()) {
                    compared++;
                    verdicts.add(compare(result, other.get(), bound.limit));
                }
            }
        }
        if (compared == 0) {
            verdicts.add(new Verdict(false, "nothing to judge: the gate needs the suite " + SUITE
                + " on the device stub with an FFM binding, jni and c; the skips say why there is none"));
        }
        return verdicts;
    }

    private static boolean isJudged(final OperationResult result) {
        return result.suite().equals(SUITE) && result.device().equals(MeasuredDevice.STUB.label())
            && result.family().equals(Family.FFM.name());
    }

    private static Verdict compare(final OperationResult result, final OperationResult other, final double limit) {
        final double ratio = result.medianNs() / other.medianNs();
        return new Verdict(ratio <= limit, String.format(Locale.ROOT,
            "%s %s %.2f x %s, at most %.2f (%.1f ns against %.1f ns)", result.binding(), result.operation(), ratio,
            other.binding(), limit, result.medianNs(), other.medianNs()));
    }
}
