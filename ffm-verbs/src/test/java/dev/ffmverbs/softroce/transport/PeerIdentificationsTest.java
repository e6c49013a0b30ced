// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.softroce.wire.Icrc;
import dev.ffmverbs.softroce.wire.PacketSink;
import org.junit.jupiter.api.Test;

/** Tests which IPv4 identifications are accepted from which peer. */
class PeerIdentificationsTest {

    private final PeerIdentifications peer = new PeerIdentifications();

    @Test
    void takesEveryPacketOfEveryTrain() {
        for (int train = 0; train < 3; train++) {
            for (int index = 0; index < PacketSink.MAX_TRAIN_PACKETS; index++) {
                assertTrue(peer.accepts(index), "train " + train + ", packet " + index);
            }
        }
        assertFalse(peer.accepts(PacketSink.MAX_TRAIN_PACKETS), "longer than any train");
    }

    @Test
    void takesPacketsOfACounterHoweverOftenItWraps() {
        for (int packet = 40_000; packet < 40_000 + 10 * 65_536; packet++) {
            assertTrue(peer.accepts(packet & 0xFFFF), "packet " + packet);
        }
    }

    @Test
    void takesNoLargeIdentificationFromAPeerThatSendsZeros() {
        assertTrue(peer.accepts(0));
        assertTrue(peer.accepts(50_000), "one zero may be a counter's");
        assertTrue(peer.accepts(0));
        assertTrue(peer.accepts(0));
        assertFalse(peer.accepts(50_000));
        assertFalse(peer.accepts(64));
        assertTrue(peer.accepts(63));
    }

    @Test
    void takesNothingThatNoIdentificationExplains() {
        assertFalse(peer.accepts(Icrc.CORRUPT));
    }

    @Test
    void tellsAPeerThatSendsTrainsFromACounter() {
        assertTrue(peer.accepts(0));
        assertTrue(peer.accepts(1));
        assertFalse(peer.isOfTrain(1), "may be a counter");
        assertTrue(peer.accepts(0));
        assertFalse(peer.isOfTrain(0));
        assertTrue(peer.isOfTrain(1));
    }
}
