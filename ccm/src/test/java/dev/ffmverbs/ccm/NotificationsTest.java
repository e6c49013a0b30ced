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
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Writing into a mailbox with and without notification, over devices. */
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
        pair.require();
        final InetSocketAddress a = pair.endpointA();
        final InetSocketAddress b = pair.endpointB();
        try (AcceptingNode nodeB = new AcceptingNode(pair.deviceB(), "B", b, "A", a);
             InitiatingNode nodeA = new InitiatingNode(pair.deviceA(), "A", a, "B", b);
             PartnerLink link = nodeA.connect()) {
            assertTrue(link.hasNotifications());
            assertEquals(AttemptOutcome.OK, nodeA.shakeHands(link).outcome());
            int written = 0;
            WorkCompletionStatus status = WorkCompletionStatus.SUCCESS;
            while (status == WorkCompletionStatus.SUCCESS && written < 1_000) {
                status = write(nodeA, link);
                written += status == WorkCompletionStatus.SUCCESS ? 1 : 0;
            }

            assertTrue(written > 0 && written < 100, "it could notify a node that does nothing " + written + " times");
            assertEquals(written, nodeB.poll(), "all that is in the queue");
            assertEquals(Long.MAX_VALUE, nodeB.partner.maintain(System.nanoTime()));
            assertEquals(WorkCompletionStatus.SUCCESS, await(nodeA, link, LIMIT_NS), "it goes on when it may");
            assertEquals(WorkCompletionStatus.SUCCESS, write(nodeA, link));
        }
    }

    @ParameterizedTest
    @MethodSource(SINGLE)
    void aNodeOfAFormerVersionIsWrittenToWithoutNotification(final NodePair pair) {
        pair.require();
        final InetSocketAddress a = pair.endpointA();
        final InetSocketAddress b = pair.endpointB();
        try (AcceptingNode nodeB = new AcceptingNode(pair.deviceB(), "B", b, "A", a, PeerInformation.FEATURE_CLIENTS);
             InitiatingNode nodeA = new InitiatingNode(pair.deviceA(), "A", a, "B", b);
             PartnerLink link = nodeA.connect()) {
            assertFalse(link.hasNotifications());
            for (int i = 0; i < 50; i++) {
                assertEquals(WorkCompletionStatus.SUCCESS, write(nodeA, link));
            }
            assertEquals(0, nodeB.poll());
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
    void connectionsMadeAndGivenUpAgainAndAgainLeaveRoomInTheQueue(final NodePair pair) {
        pair.require();
        final InetSocketAddress a = pair.endpointA();
        final InetSocketAddress b = pair.endpointB();
        try (AcceptingNode nodeB = new AcceptingNode(pair.deviceB(), "B", b, "A", a);
             InitiatingNode nodeA = new InitiatingNode(pair.deviceA(), "A", a, "B", b)) {
            for (int i = 0; i < 40; i++) {
                try (PartnerLink link = nodeA.connect()) {
                    link.readStatus();
                    if (i % 2 == 0) {
                        assertEquals(WorkCompletionStatus.SUCCESS, await(nodeA, link, LIMIT_NS), "connection " + i);
                    }
                }
            }
            nodeB.poll();
            try (PartnerLink link = nodeA.connect()) {
                assertEquals(AttemptOutcome.OK, nodeA.shakeHands(link).outcome(), "no completion of another is taken");
            }
        }
    }
}
