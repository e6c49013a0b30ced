// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.WorkCompletionStatus;
import dev.ffmverbs.ccm.internal.link.PartnerLink;
import dev.ffmverbs.ccm.internal.memory.MailboxSlot;
import dev.ffmverbs.ccm.value.AttemptOutcome;
import dev.ffmverbs.ccm.value.PeerInformation;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests writing into a mailbox with and without notification, over devices. */
@Timeout(120)
class NotificationsTest {

    private static final String SINGLE = "dev.ffmverbs.ccm.NodePair#single";
    private static final Versions FORMER = new Versions(PeerInformation.PROTOCOL_VERSION,
        PeerInformation.MINIMUM_COMPATIBLE_VERSION, PeerInformation.FEATURE_CLIENTS);
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(20);
    private static final long WITHOUT_ANSWER_NS = TimeUnit.MILLISECONDS.toNanos(300);

    private static WorkCompletionStatus write(final InitiatingNode node, final PartnerLink link) {
        link.write(MailboxSlot.PEER_INFORMATION);
        return await(node, link, WITHOUT_ANSWER_NS);
    }

    private static WorkCompletionStatus await(final InitiatingNode node, final PartnerLink link, final long limitNs) {
        final long startNs = System.nanoTime();
        WorkCompletionStatus status = null;
        while (status == null && System.nanoTime() - startNs < limitNs) {
            node.poll();
            status = link.poll();
        }
        return status;
    }

    @ParameterizedTest
    @MethodSource(SINGLE)
    void aPartnerThatNotifiesWithoutEndWaitsAndFillsNoQueue(final NodePair pair) {
        pair.requireOtherThanIwarp("it has no immediate data, with which nodes notify each other");
        try (HandshakeNodes nodes = new HandshakeNodes(pair);
             PartnerLink link = nodes.a.connect()) {
            assertTrue(link.hasNotifications());
            assertEquals(AttemptOutcome.OK, nodes.a.shakeHands(link).outcome());
            int written = 0;
            WorkCompletionStatus status = WorkCompletionStatus.SUCCESS;
            while (status == WorkCompletionStatus.SUCCESS && written < 1_000) {
                status = write(nodes.a, link);
                written += status == WorkCompletionStatus.SUCCESS ? 1 : 0;
            }

            assertTrue(written > 0 && written < 100, "it could notify a node that does nothing " + written + " times");
            assertEquals(written, nodes.b.poll(), "all that is in the queue");
            assertEquals(Long.MAX_VALUE, nodes.b.partner.maintain(System.nanoTime()));
            assertEquals(WorkCompletionStatus.SUCCESS, await(nodes.a, link, LIMIT_NS), "it continues when it may");
            assertEquals(WorkCompletionStatus.SUCCESS, write(nodes.a, link));
        }
    }

    @ParameterizedTest
    @MethodSource(SINGLE)
    void aNodeOfAFormerVersionIsWrittenToWithoutNotification(final NodePair pair) {
        try (HandshakeNodes nodes = new HandshakeNodes(pair, PeerInformation.FEATURE_CLIENTS);
             PartnerLink link = nodes.a.connect()) {
            assertFalse(link.hasNotifications());
            for (int i = 0; i < 50; i++) {
                assertEquals(WorkCompletionStatus.SUCCESS, write(nodes.a, link));
            }
            assertEquals(0, nodes.b.poll());
        }
    }

    @ParameterizedTest
    @MethodSource(SINGLE)
    void aFormerVersionAndThisOneBringTheirClientsTogetherWhicheverIsWhich(final NodePair pair) throws Exception {
        for (final boolean formerIsA : new boolean[]{true, false}) {
            final RecordingClient clientA = new RecordingClient("log", 1, 8);
            final RecordingClient clientB = new RecordingClient("log", 1, 8);
            try (TwoNodes nodes = new TwoNodes(pair)) {
                nodes.b = (formerIsA ? nodes.builderB() : nodes.builderB().versions(FORMER)).client(clientB).start();
                nodes.a = (formerIsA ? nodes.builderA().versions(FORMER) : nodes.builderA()).client(clientA).start();
                clientA.ready();
                clientB.ready();
                nodes.awaitSession();
            }
        }
    }

    @ParameterizedTest
    @MethodSource(SINGLE)
    void connectionsMadeAndAbandonedRepeatedlyLeaveRoomInTheQueue(final NodePair pair) {
        try (HandshakeNodes nodes = new HandshakeNodes(pair)) {
            for (int i = 0; i < 40; i++) {
                try (PartnerLink link = nodes.a.connect()) {
                    link.readStatus();
                    if (i % 2 == 0) {
                        assertEquals(WorkCompletionStatus.SUCCESS, await(nodes.a, link, LIMIT_NS), "connection " + i);
                    }
                }
            }
            nodes.b.poll();
            try (PartnerLink link = nodes.a.connect()) {
                assertEquals(
                    AttemptOutcome.OK, nodes.a.shakeHands(link).outcome(), "no completion of another is taken");
            }
        }
    }
}
