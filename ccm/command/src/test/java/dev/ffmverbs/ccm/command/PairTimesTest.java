// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class PairTimesTest {

    @ParameterizedTest
    @ValueSource(longs = {2, 1_000, 20_000, 600_000})
    void aPairHasTimeToLoseAPartnerAndToWaitForALeaseHoweverLongTheyAre(final long deadMs) {
        final Duration dead = Duration.ofMillis(deadMs);
        final Duration start = Duration.ofSeconds(40);

        final PairTimes times = new PairTimes(Duration.ofMillis(1), dead, dead.dividedBy(2));

        assertTrue(times.limit(start).compareTo(start.plus(dead).plus(dead.dividedBy(2))) > 0, times::toString);
    }

    /** A node must take what {@code ccm tune} recommends. */
    @ParameterizedTest
    @ValueSource(longs = {2, 1_000, 20_000, 40_000, 600_000})
    void aNodeTakesTheOptionsHoweverLongTheTimesAre(final long deadMs) {
        final Duration dead = Duration.ofMillis(deadMs);
        final PairTimes times = new PairTimes(Duration.ofNanos(200_000), dead, dead.dividedBy(2));
        assertNull(times.flaw());

        final List<String> line = new ArrayList<>(
            List.of("--name", "A", "--listen", "10.9.9.1:7471", "--partner", "B=10.9.9.2:7471"));
        line.addAll(times.options());
        final NodeOptions node = new NodeOptions();
        new CommandLine(node).addMixin("ownership", new OwnershipOptions()).parseArgs(line.toArray(String[]::new));

        assertEquals(dead, node.liveness().unreachableDeadAfter());
        assertTrue(node.liveness().stalledDeadAfter().compareTo(node.liveness().suspectAfter()) >= 0);
    }

    @Test
    void saysWhyANodeWouldRefuseThem() {
        final Duration interval = Duration.ofMillis(10);
        final Duration dead = Duration.ofSeconds(1);
        assertTrue(new PairTimes(interval, dead, Duration.ofMillis(19)).flaw().startsWith("the lease is PT0.019S"));
        assertTrue(new PairTimes(interval, Duration.ofMillis(29), dead).flaw().startsWith("unreachableDeadAfter"));
        assertTrue(new PairTimes(Duration.ZERO, dead, dead).flaw().startsWith("the heartbeat interval"));
    }
}
