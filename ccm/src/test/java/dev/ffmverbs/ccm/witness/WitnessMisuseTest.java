// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.witness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.NodePair;
import dev.ffmverbs.ccm.ownership.ArbiterException;
import dev.ffmverbs.ccm.value.SharedSecret;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Witnesses and arbiters that are called when they cannot answer. */
@Timeout(60)
class WitnessMisuseTest {

    private static final String DEVICES = "dev.ffmverbs.ccm.NodePair#single";

    @ParameterizedTest
    @MethodSource(DEVICES)
    void aWitnessThatIsClosedHasNoPairsToShow(final NodePair devices) {
        devices.require();
        final Witness witness = Witness.start(devices.deviceB(), devices.endpointB(), SharedSecret.NONE);
        assertEquals(List.of(), witness.pairs());

        witness.close();
        witness.close();

        assertThrows(IllegalStateException.class, witness::pairs);
    }

    @ParameterizedTest
    @MethodSource(DEVICES)
    void aCallWithoutTimeDoesNotWait(final NodePair devices) {
        try (WitnessSite site = new WitnessSite(devices, 1)) {
            final WitnessArbiter arbiter = site.open(0);
            site.witnesses.getFirst().close();
            for (final long timeoutNs : new long[] {0, -1, Long.MIN_VALUE}) {
                assertThrows(ArbiterException.class, () -> arbiter.read(timeoutNs));
            }
        }
    }

    @ParameterizedTest
    @MethodSource(DEVICES)
    void aDeviceWhoseConnectionManagerHasEndedIsNotSharedFurther(final NodePair devices) {
        devices.require();
        try (SharedDevice ended = SharedDevice.open(devices.deviceA())) {
            ended.connections().close();
            try (SharedDevice next = SharedDevice.open(devices.deviceA());
                SharedDevice afterThat = SharedDevice.open(devices.deviceA())) {
                assertTrue(next.connections().isRunning());
                assertSame(next, afterThat);
            }
        }
    }
}
