// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.result;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that one run of {@code bench} found.
 *
 * @param command     the command line that reproduces it.
 * @param interrupted whether it was ended before everything was measured.
 * @param environment what it was measured on: facts by their names.
 * @param bindings    what the bindings are: sentences by their names.
 * @param results     what was measured.
 * @param safepoints  how long threads took to reach safepoints meanwhile.
 * @param skips       what was not, and why.
 * @param failures    measuring processes that failed, in words.
 * @param scale       what partners cost a node, by their number; empty when that was not measured.
 */
public record Report(
    String command, boolean interrupted, Map<String, String> environment, Map<String, String> bindings,
    List<OperationResult> results, List<SafepointTimes> safepoints, List<Skip> skips, List<String> failures,
    List<ScaleFigures> scale) {

    /** Takes files of former versions, which told of no safepoints and of no scale. */
    public Report {
        safepoints = safepoints == null ? List.of() : safepoints;
        scale = scale == null ? List.of() : scale;
    }

    /**
     * The same with other figures of scale.
     *
     * @param figures what partners cost a node, by their number.
     * @return the report with these.
     */
    public Report withScale(final List<ScaleFigures> figures) {
        return new Report(
            command, interrupted, environment, bindings, results, safepoints, skips, failures, figures);
    }

    /**
     * Whether everything that was measured may be believed.
     *
     * @return false when a result or a measuring process failed.
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
     * @return the result, or nothing when that was not measured.
     */
    public Optional<OperationResult> find(
        final String suite, final String device, final String operation, final String binding) {
        return results.stream().filter(result -> result.suite().equals(suite) && result.device().equals(device)
            && result.operation().equals(operation) && result.binding().equals(binding)).findFirst();
    }
}
