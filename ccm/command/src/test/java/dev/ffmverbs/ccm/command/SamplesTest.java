// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SamplesTest {

    @Test
    void percentilesAreTimesThatWereAdded() {
        final Samples samples = new Samples();
        assertEquals(0, samples.p99Ns());
        for (int i = 200; i > 0; i--) {
            samples.add(i * 1_000);
        }
        assertEquals(200, samples.count());
        assertEquals(100_000, samples.p50Ns());
        assertEquals(198_000, samples.p99Ns());
        assertEquals(200_000, samples.maxNs());
        assertEquals(Map.of("count", 200, "p50Ms", 0.1, "p99Ms", 0.198, "maxMs", 0.2), samples.fields());
        samples.clear();
        assertEquals(0, samples.maxNs());
    }

    @Test
    void aFewTimesHaveTheirLongestAsHighPercentile() {
        final Samples samples = new Samples();
        samples.add(7);
        samples.add(5);
        assertEquals(5, samples.p50Ns());
        assertEquals(7, samples.p99Ns());
    }
}
