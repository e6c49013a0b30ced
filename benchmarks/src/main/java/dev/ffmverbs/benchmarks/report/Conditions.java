// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.report;

import dev.ffmverbs.benchmarks.result.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What makes figures less certain than they look: fewer rounds than planned, and other programs on the machine. */
final class Conditions {

    /** Name of the fact that says how many rounds were planned. */
    private static final String PLANNED_ROUNDS = "rounds planned";

    /** Load for each core from which the machine counts as busy. */
    private static final double BUSY = 0.5;

    private final Report report;

    Conditions(final Report report) {
        this.report = report;
    }

    /** Returns sentences; none if there is nothing to say. */
    List<String> sentences() {
        final List<String> sentences = new ArrayList<>();
        rounds().ifPresent(sentences::add);
        load().ifPresent(sentences::add);
        return sentences;
    }

    private Optional<String> rounds() {
        final int measured = report.results().stream().mapToInt(result -> result.runs().size()).max().orElse(0);
        return number(report.environment().get(PLANNED_ROUNDS)).filter(planned -> measured > 0 && measured < planned)
            .map(planned -> (measured == 1 ? "One round" : measured + " rounds") + " of "
                + String.format(Locale.ROOT, "%.0f", planned)
                + (measured == 1 ? " was" : " were") + " measured: the time was over.");
    }

    private Optional<String> load() {
        final Optional<Double> cores = number(report.environment().get("cores"));
        return number(report.environment().getOrDefault("load before", "").split(" ")[0])
            .filter(load -> cores.isPresent() && load > BUSY * cores.get())
            .map(load -> String.format(Locale.ROOT, "The machine was busy before the measurement began: load %.2f on"
                + " %.0f cores.", load, cores.get()));
    }

    private static Optional<Double> number(final String text) {
        try {
            return text == null ? Optional.empty() : Optional.of(Double.valueOf(text));
        } catch (final NumberFormatException unknown) {
            return Optional.empty();
        }
    }
}
