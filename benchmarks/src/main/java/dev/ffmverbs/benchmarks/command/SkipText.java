// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.command;

import dev.ffmverbs.benchmarks.result.Skip;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Lines on what was not measured: one with the number of skips, and one for each reason. */
final class SkipText {

    private SkipText() {
    }

    static List<String> lines(final List<Skip> skips) {
        if (skips.isEmpty()) {
            return List.of();
        }
        final Map<String, List<Skip>> byReason = skips.stream()
            .collect(Collectors.groupingBy(Skip::reason, LinkedHashMap::new, Collectors.toList()));
        final List<String> lines = new ArrayList<>();
        lines.add("skipped: " + skips.size() + " combinations of suite, device and binding, for " + byReason.size()
            + (byReason.size() == 1 ? " reason" : " reasons"));
        byReason.forEach((reason, skipped) -> lines.add("  " + skipped.size() + " x " + reason + " ("
            + skipped.stream().map(SkipText::what).distinct().collect(Collectors.joining("; ")) + ")"));
        return lines;
    }

    private static String what(final Skip skip) {
        return skip.suite() + " on " + skip.device() + (skip.binding().isEmpty() ? "" : ", " + skip.binding());
    }
}
