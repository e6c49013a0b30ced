// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ffmverbs.Context;
import dev.ffmverbs.ccm.NodePair;
import dev.ffmverbs.ccm.internal.trust.NodeIdentity;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.SharedSecret;
import dev.ffmverbs.softroce.SoftRoceDevices;
import dev.ffmverbs.softroce.faults.FaultSettings;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class RehearsalTest {

    /** How long one call into a device may take on a busy machine. */
    private static final long SLACK_NS = TimeUnit.SECONDS.toNanos(20);

    /** Enough for the first handshake on an emulated processor, which takes seconds there. */
    private static final long LONG_NS = TimeUnit.SECONDS.toNanos(10);

    private static final int NODES = 20;

    private static int rehearse(
        final Context context, final NodePair pair, final SharedSecret secret, final long limitNs) {
        return Rehearsal.run(context, DeviceGid.of(context, pair.addressA()),
            new NodeIdentity("A", BootId.random(), secret), new InetSocketAddress(pair.addressA(), 1), limitNs);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void shakesHandsWithItselfAndLeavesNothingOpen(final NodePair pair) {
        pair.requireOtherThanIwarp("it connects by address and port, and no queue pair with itself");
        final SharedSecret secret = SharedSecret.of("a secret that is long enough".getBytes(StandardCharsets.UTF_8));
        try (Context context = pair.deviceA().open()) {
            final int completed =
                rehearse(context, pair, secret, LONG_NS) + rehearse(context, pair, SharedSecret.NONE, LONG_NS);
            assertTrue(completed > 0, "no handshake was completed");
            assertTrue(completed <= 2 * Rehearsal.MOST_HANDSHAKES, completed + " were");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void isShortForAllNodesOfOneJvmButTheFirst(final NodePair pair) {
        pair.require();
        try (Context context = pair.deviceA().open()) {
            int completed = 0;
            for (int node = 0; node < NODES; node++) {
                completed += rehearse(context, pair, SharedSecret.NONE, Rehearsal.LIMIT_NS);
            }
            assertTrue(completed <= Rehearsal.MOST_HANDSHAKES + Rehearsal.HANDSHAKES_IN_A_ROUND + NODES,
                completed + " handshakes for " + NODES + " nodes");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void endsInTimeWhereTheDeviceDoesNotReachItself(final NodePair pair) {
        pair.require();
        assumeTrue("softroce".equals(pair.deviceA().provider()), "only a software device lets its link be cut");
        try (Context context = pair.deviceA().open()) {
            SoftRoceDevices.injectFaults(pair.deviceA().name(),
                FaultSettings.NONE.withPartition(FaultSettings.Partition.BOTH));
            final long startNs = System.nanoTime();
            assertEquals(0, rehearse(context, pair, SharedSecret.NONE, Rehearsal.LIMIT_NS));
            assertTrue(System.nanoTime() - startNs < Rehearsal.LIMIT_NS + SLACK_NS);
        } finally {
            SoftRoceDevices.injectFaults(pair.deviceA().name(), FaultSettings.NONE);
        }
    }
}
