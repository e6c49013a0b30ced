// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.internal.link.AcceptGreeting.RemoteRegion;
import dev.ffmverbs.ccm.internal.memory.Names;
import dev.ffmverbs.ccm.internal.trust.Proof;
import dev.ffmverbs.ccm.value.AttemptOutcome;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.PeerInformation;
import dev.ffmverbs.ccm.value.Rejection;
import dev.ffmverbs.cm.ConnectionParameters;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GreetingTest {

    private static final long SEED = 20260104;
    private static final String LONGEST_NAME = "n".repeat(Names.LONGEST_BYTES);
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
    void anAcceptanceOfAVersionWithoutFeaturesIsUnderstood() {
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
    void aRejectionSaysWhatItMeansForTheAttempt(final Rejection rejection) {
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

    @Test
    void theBytesOfThisVersionStayAsTheyAre() {
        final BootId bootId = new BootId(0x2122232425262728L, 0x3132333435363738L);
        final byte[] proof = HexFormat.of().parseHex(
            "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");

        assertEquals("c74ec0cc01000000" + "0807060504030201" + "1817161514131211" + "2827262524232221"
            + "3837363534333231" + "000102030405060708090a0b0c0d0e0f",
            HexFormat.of().formatHex(new RequestGreeting(new NodeNumber(0x0102030405060708L, 0x1112131415161718L),
                bootId, ByteBuffer.wrap(proof, 0, Proof.SHORT_BYTES)).encode()));
        assertEquals("c74ec0cc01000000" + "0300000000000000" + "00000000" + "00cc0000" + "01000080" + "40000000"
            + "00000100" + "00cc0000" + "34120000" + "00100000" + "42" + "00".repeat(31) + "2827262524232221"
            + "3837363534333231" + HexFormat.of().formatHex(proof) + "0200000000000000",
            HexFormat.of().formatHex(new AcceptGreeting("B", 3, new RemoteRegion(0xCC00_0000_0000L, 0x8000_0001, 64),
                new RemoteRegion(0xCC00_0001_0000L, 0x1234, 4096), bootId, ByteBuffer.wrap(proof), 2).encode()));
        assertEquals("c74ec0cc01000000" + "05000000",
            HexFormat.of().formatHex(RejectionFormat.encode(Rejection.WRONG_SECRET)));
    }
}
