// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests how much a requester has in flight after losses, and after answers. */
@Timeout(30)
class SendPaceTest {

    private final SendPace pace = new SendPace(new TransportSettings(64, 6400, 1));

    private void assertPace(final int packets, final int readBytes) {
        assertEquals(packets, pace.packets());
        assertEquals(readBytes, pace.readBytes());
    }

    @Test
    void everyLossHalvesBothAmountsDownToTheirMinimum() {
        assertPace(64, 6400);
        pace.slowDown();
        assertPace(32, 3200);
        pace.slowDown();
        assertPace(16, 1600);
        pace.slowDown();
        assertPace(8, 800);
        pace.slowDown();
        assertPace(8, 800);
    }

    @Test
    void answersToWhatMayBeInFlightAddAnEighthUpToTheLimits() {
        pace.slowDown();
        pace.speedUp(31);
        assertPace(32, 3200);
        pace.speedUp(1);
        assertPace(40, 4000);
        for (int packets = 40; packets < 64; packets += 8) {
            pace.speedUp(packets);
        }
        assertPace(64, 6400);
        pace.speedUp(1000);
        assertPace(64, 6400);
    }

    @Test
    void aLossForgetsTheAnswersBeforeIt() {
        pace.slowDown();
        pace.speedUp(31);
        pace.slowDown();
        pace.speedUp(15);
        assertPace(16, 1600);
        pace.speedUp(1);
        assertPace(24, 2400);
    }

    @Test
    void aLimitBelowTheMinimumIsNotExceeded() {
        final SendPace small = new SendPace(new TransportSettings(4, 4, 1));
        small.slowDown();
        assertEquals(4, small.packets());
        assertEquals(2, small.readBytes());
    }
}
