// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.result;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All findings of one run of {@code bench}.
 *
 * @param command     the command line that reproduces it.
 * @param interrupted whether it ended before everything was measured.
 * @param environment machine and software, as facts by their names.
 * @param bindings    sentences that describe the bindings, by the bindings' names.
 * @param results     what was measured.
 * @param safepoints  how long threads took to reach safepoints during the measurements.
 * @param skips       what was not measured, and why.
 * @param failures    a sentence for each measuring process that failed.
 * @param scale       cost of partners for a node, by their number; empty if that was not measured.
 */
public record Report(
    String command, boolean interrupted, Map<String, String> environment, Map<String, String> bindings,
    List<OperationResult> results, List<SafepointTimes> safepoints, List<Skip> skips, List<String> failures,
    List<ScaleFigures> scale) {

    /** Accepts files of earlier versions, which have no safepoints and no scale. */
    public Report {
        safepoints = safepoints == null ? List.of() : safepoints;
        scale = scale == null ? List.of() : scale;
    }

    /**
     * Returns the same report with other figures of scale.
     *
     * @param figures cost of partners for a node, by their number.
     * @return the report with these figures.
     */
    public Report withScale(final List<ScaleFigures> figures) {
        return new Report(
            command, interrupted, environment, bindings, results, safepoints, skips, failures, figures);
    }

    /**
     * Returns whether everything that was measured is valid.
     *
     * @return false if a result or a measuring process failed.
     */
    public boolean isValid() {
        return failures.isEmpty() && scale.stream().allMatch(figures -> figures.problem().isEmpty())
            && results.stream().allMatch(result -> result.status() == Status.OK);
    }

    /**
     * Looks up a result.
     *
     * @param suite     the suite.
     * @param device    the device.
     * @param operation the operation.
     * @param binding   the binding.
     * @return the result; empty if that was not measured.
     */
    public Optional<OperationResult> find(
        final String suite, final String device, final String operation, final String binding) {
        return results.stream().filter(result -> result.suite().equals(suite) && result.device().equals(device)
            && result.operation().equals(operation) && result.binding().equals(binding)).findFirst();
    }
}
