// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.latency;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class LatencyRowTest {

    private static final String PERFTEST_OUTPUT = """
         GID: 00:00:00:00:00:00:00:00:00:00:255:255:10:09:09:01
        ---------------------------------------------------------------------------------------
         #bytes #iterations    t_min[usec]    t_max[usec]  t_typical[usec]    t_avg[usec]    t_stdev[usec]\
           99% percentile[usec]   99.9% percentile[usec]\s
         8       2000          17.79          9148.03      25.78    \t       33.19 \t156.70 \t\t177.93  \t\t5137.53
        ---------------------------------------------------------------------------------------
        """;

    @Test
    void findsTheResultInWhatPerftestPrints() {
        assertEquals(Optional.of(new LatencyRow(8, 2000, 17.79, 9148.03, 25.78, 33.19, 156.70, 177.93, 5137.53)),
            LatencyRow.find(PERFTEST_OUTPUT));
    }

    @Test
    void findsTheResultWithoutAStandardDeviation() {
        final Optional<LatencyRow> row = LatencyRow.find(PERFTEST_OUTPUT.replace("156.70", "-nan"));

        assertEquals(Optional.of(new LatencyRow(8, 2000, 17.79, 9148.03, 25.78, 33.19, Double.NaN, 177.93, 5137.53)),
            row);
    }

    @Test
    void findsTheResultInWhatItPrintsItself() {
        final LatencyRow row = new LatencyRow(4096, 100_000, 1.25, 12_345.5, 2.5, 3, 0.75, 4.25, 99.5);

        assertEquals(Optional.of(row), LatencyRow.find("warm-up\n" + LatencyRow.HEADER + "\n" + row + "\n"));
    }

    @Test
    void findsNothingWhereNoResultIs() {
        assertEquals(Optional.empty(), LatencyRow.find("Couldn't connect to 127.0.0.1:18515\n"));
    }
}
