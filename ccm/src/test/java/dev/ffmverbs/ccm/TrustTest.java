// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.value.AttemptOutcome;
import dev.ffmverbs.ccm.value.Rejection;
import dev.ffmverbs.ccm.value.SharedSecret;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TrustTest {

    private static final String PAIRS = "dev.ffmverbs.ccm.NodePair#single";
    private static final SharedSecret SECRET = SharedSecret.of("correct horse battery staple".getBytes());
    private static final SharedSecret OTHER = SharedSecret.of("another secret of that kind".getBytes());

    @ParameterizedTest
    @MethodSource(PAIRS)
    void nodesWithTheSameSecretHaveASession(final NodePair pair) throws Exception {
        try (TwoNodes nodes = new TwoNodes(pair)) {
            nodes.b = nodes.builderB().secret(SECRET).start();
            nodes.a = nodes.builderA().secret(SECRET).start();
            nodes.awaitSession();
            assertTrue(nodes.a.rejections().isEmpty() && nodes.b.rejections().isEmpty());
        }
    }

    private static void assertNoSession(final NodePair pair, final SharedSecret ofA, final SharedSecret ofB)
        throws Exception {
        try (TwoNodes nodes = new TwoNodes(pair)) {
            nodes.b = nodes.builderB().secret(ofB).start();
            nodes.a = nodes.builderA().secret(ofA).start();
            nodes.eventsA.awaitOutcome(AttemptOutcome.WRONG_SECRET, TwoNodes.LIMIT);
            nodes.eventsB.awaitOutcome(AttemptOutcome.WRONG_SECRET, TwoNodes.LIMIT);

            assertEquals(List.of(), nodes.partnerOfA().trace(), "nothing is read or written");
            assertEquals(List.of(), nodes.eventsA.heard);
            assertEquals(List.of(), nodes.eventsB.heard);
            assertTrue(nodes.b.rejections().getOrDefault(Rejection.WRONG_SECRET, 0L)
                + nodes.a.rejections().getOrDefault(Rejection.WRONG_SECRET, 0L) > 0, "it is counted");
        }
    }

    @ParameterizedTest
    @MethodSource(PAIRS)
    void nodesWithDifferentSecretsHaveNone(final NodePair pair) throws Exception {
        assertNoSession(pair, SECRET, OTHER);
    }

    @ParameterizedTest
    @MethodSource(PAIRS)
    void aSecretMissingOnOneSideIsAWrongOne(final NodePair pair) throws Exception {
        final TwoNodes nodes = new TwoNodes(pair);
        try (nodes) {
            nodes.b = nodes.builderB().start();
            nodes.a = nodes.builderA().secret(SECRET).start();
            nodes.eventsA.awaitOutcome(AttemptOutcome.WRONG_SECRET, TwoNodes.LIMIT);
            nodes.eventsB.awaitOutcome(AttemptOutcome.WRONG_SECRET, TwoNodes.LIMIT);

            assertEquals(List.of(), nodes.eventsA.heard);
            assertEquals(List.of(), nodes.eventsB.heard);
            assertTrue(nodes.a.rejections().get(Rejection.WRONG_SECRET) > 0, "it is counted");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#all")
    void aRequestFromAnAddressThatIsNotThePartnersIsRejected(final NodePair pair) throws Exception {
        final TwoNodes nodes = new TwoNodes(pair);
        final PartnerAddress elsewhere = PartnerAddress.parse("B=127.255.255.253:4000");
        try (nodes) {
            nodes.a = nodes.builderA(elsewhere).start();
            nodes.b = nodes.builderB().start();
            nodes.eventsB.awaitOutcome(AttemptOutcome.UNKNOWN_TO_PARTNER, TwoNodes.LIMIT);

            assertTrue(nodes.a.rejections().get(Rejection.ADDRESS_NOT_ALLOWED) > 0, "it is counted");
            assertEquals(List.of(), nodes.eventsB.heard);
        }
    }
}
