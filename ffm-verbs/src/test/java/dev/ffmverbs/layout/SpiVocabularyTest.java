// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.layout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Compares the numbers of the provider interface with the generated package and with the C compiler. */
@Timeout(120)
class SpiVocabularyTest {

    /** Constants that the generated package does not have. Only the C compiler can confirm them. */
    private static final Set<String> NOT_GENERATED = Set.of("IBV_WC_FLUSH", "IBV_ACCESS_FLUSH_GLOBAL",
        "IBV_ACCESS_FLUSH_PERSISTENT", "IBV_WR_FLUSH", "IBV_QP_EX_WITH_FLUSH", "IBV_FLUSH_GLOBAL",
        "IBV_FLUSH_PERSISTENT", "IBV_FLUSH_RANGE", "IBV_FLUSH_MR", "IB_UVERBS_DEVICE_FLUSH_GLOBAL",
        "IB_UVERBS_DEVICE_FLUSH_PERSISTENT", "IB_UVERBS_DEVICE_ATOMIC_WRITE");

    /** Constants that the oldest supported headers of rdma-core lack. */
    private static final Set<String> NOT_IN_OLDER_HEADERS = Set.of("IBV_WC_FLUSH", "IBV_WC_ATOMIC_WRITE",
        "IBV_ACCESS_FLUSH_GLOBAL", "IBV_ACCESS_FLUSH_PERSISTENT", "IBV_WR_FLUSH", "IBV_WR_ATOMIC_WRITE",
        "IBV_QP_EX_WITH_FLUSH", "IBV_QP_EX_WITH_ATOMIC_WRITE", "IBV_FLUSH_GLOBAL", "IBV_FLUSH_PERSISTENT",
        "IBV_FLUSH_RANGE", "IBV_FLUSH_MR", "IB_UVERBS_DEVICE_FLUSH_GLOBAL", "IB_UVERBS_DEVICE_FLUSH_PERSISTENT",
        "IB_UVERBS_DEVICE_ATOMIC_WRITE");

    @TempDir
    Path directory;

    @Test
    void everyNumberHasItsNameInCAndEveryNameItsNumber() throws Exception {
        assertEquals(List.of(), SpiVocabulary.mismatches());
    }

    @Test
    void everyNumberIsThatOfTheGeneratedPackage() throws Exception {
        final Map<String, Long> generated = GeneratedLayouts.rows().stream()
            .collect(Collectors.toMap(ProbeRow::expression, ProbeRow::generated, (a, b) -> a));
        final List<String> differences = new ArrayList<>();
        final Set<String> unknown = new TreeSet<>();
        final List<ProbeRow> rows = SpiVocabulary.rows();
        for (final ProbeRow row : rows) {
            final Long there = generated.get(row.expression());
            if (there == null && !row.expression().contains(".")) {
                unknown.add(row.expression());
            } else if (there != null && there != row.generated()) {
                differences.add(row.expression() + ": in spi " + row.generated() + ", generated " + there);
            }
        }

        assertEquals(List.of(), differences);
        assertEquals(new TreeSet<>(NOT_GENERATED), unknown,
            "the constants in NOT_GENERATED, and those that the generated package does not have");
        assertTrue(rows.size() > 500, () -> "suspiciously few rows: " + rows.size());
    }

    @Test
    void everyNumberIsThatOfTheInstalledHeaders() throws Exception {
        final CompilerProbe probe = new CompilerProbe(directory);
        final String obstacle = probe.obstacle();
        assumeTrue(obstacle.isEmpty(), obstacle);
        final List<ProbeRow> rows = SpiVocabulary.rows();
        final Map<String, Long> compiled =
            probe.evaluate(rows.stream().map(ProbeRow::expression).collect(Collectors.toSet()));
        final List<String> differences = new ArrayList<>();
        for (final ProbeRow row : rows) {
            final Long inC = compiled.get(row.expression());
            if (inC == null ? !NOT_IN_OLDER_HEADERS.contains(row.expression())
                : !row.is(inC) && !row.mayDifferBetweenReleases()) {
                differences.add(row.expression() + ": in spi " + row.generated() + ", in C "
                    + (inC == null ? "unknown, and not in NOT_IN_OLDER_HEADERS" : inC));
            }
        }

        assertEquals(List.of(), differences);
    }
}
