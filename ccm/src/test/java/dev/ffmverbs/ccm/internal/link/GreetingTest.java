// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.internal.link.AcceptGreeting.RemoteRegion;
import dev.ffmverbs.ccm.internal.trust.Proof;
import dev.ffmverbs.ccm.value.AttemptOutcome;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.PeerInformation;
import dev.ffmverbs.ccm.value.Rejection;
import dev.ffmverbs.cm.ConnectionParameters;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GreetingTest {

    private static final long SEED = 20260104;
    private static final String LONGEST_NAME = "n".repeat(GreetingFormat.NAME_BYTES);
    private static final RequestGreeting REQUEST = new RequestGreeting(
        NodeNumber.of(LONGEST_NAME), BootId.random(), ByteBuffer.wrap(new byte[Proof.SHORT_BYTES]));
    private static final AcceptGreeting ACCEPT = new AcceptGreeting("B", 3,
        new RemoteRegion(0xCC00_0000_0000L, 0x8000_0001, 64), new RemoteRegion(0xCC00_0001_0000L, 0x1234, 4096),
        BootId.random(), ByteBuffer.wrap(new byte[Proof.LENGTH_BYTES]), PeerInformation.FEATURE_NOTIFICATIONS);

    private static byte[] padded(final byte[] data, final int length) {
        return Arrays.copyOf(data, length);
    }

    @Test
    void aRequestFitsAndArrivesAsItWasSent() {
        assertTrue(REQUEST.encode().length <= ConnectionParameters.MAXIMUM_REQUEST_BYTES);
        assertEquals(REQUEST, RequestGreeting.decode(REQUEST.encode()));
    }

    @Test
    void anAcceptanceOfAVersionThatTellsNoFeaturesIsUnderstood() {
        final byte[] former = Arrays.copyOf(ACCEPT.encode(), AcceptGreeting.LEAST_BYTES);

        assertEquals(0, AcceptGreeting.decode(former).features());
        assertEquals(0,
            AcceptGreeting.decode(padded(former, ConnectionParameters.MAXIMUM_ACCEPT_BYTES)).features());
        assertEquals(ACCEPT.status(), AcceptGreeting.decode(former).status());
    }

    @Test
    void anAcceptanceArrivesAsItWasSentThoughTheTransportPadsIt() {
        assertEquals(ACCEPT,
            AcceptGreeting.decode(padded(ACCEPT.encode(), ConnectionParameters.MAXIMUM_ACCEPT_BYTES)));
    }

    @ParameterizedTest
    @EnumSource
    void aRejectionTellsWhatItMeansForTheAttempt(final Rejection rejection) {
        assertEquals(RejectionFormat.outcomeOf(rejection),
            RejectionFormat.decode(padded(RejectionFormat.encode(rejection), 148)));
    }

    @Test
    void aRejectionWithoutPrivateDataMeansThatNobodyListens() {
        assertEquals(AttemptOutcome.NOT_LISTENING, RejectionFormat.decode(new byte[0]));
        assertEquals(AttemptOutcome.NOT_LISTENING, RejectionFormat.decode(new byte[148]));
    }

    @Test
    void anotherVersionIsNamed() {
        final byte[] other = REQUEST.encode();
        other[4] = 2;

        final GreetingException refused =
            assertThrows(GreetingException.class, () -> RequestGreeting.decode(other));

        assertEquals(Rejection.OTHER_VERSION, refused.rejection());
        assertTrue(refused.getMessage().startsWith("it speaks version 2 "), refused.getMessage());
    }

    @Test
    void garbageOfAnyLengthIsRefusedAndBreaksNothing() {
        final Random random = new Random(SEED);
        for (int i = 0; i < 10_000; i++) {
            final byte[] garbage = new byte[random.nextInt(200)];
            random.nextBytes(garbage);
            assertThrows(GreetingException.class, () -> RequestGreeting.decode(garbage), "seed " + SEED);
            assertThrows(GreetingException.class, () -> AcceptGreeting.decode(garbage), "seed " + SEED);
        }
    }

    @Test
    void aMalformedNameIsRefused() {
        final byte[] acceptance = ACCEPT.encode();
        acceptance[48] = '\n';

        assertThrows(GreetingException.class, () -> AcceptGreeting.decode(acceptance));
    }
}
