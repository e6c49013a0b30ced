// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.ffmverbs.ccm.internal.link.IncomingRequest;
import dev.ffmverbs.ccm.internal.link.Interconnects;
import dev.ffmverbs.ccm.internal.link.LinkException;
import dev.ffmverbs.ccm.internal.link.PartnerLink;
import dev.ffmverbs.ccm.internal.link.PartnerPath;
import dev.ffmverbs.ccm.internal.link.Rejections;
import dev.ffmverbs.ccm.internal.trust.NodeIdentity;
import dev.ffmverbs.ccm.value.AttemptOutcome;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.MemoryAddresses;
import dev.ffmverbs.ccm.value.PeerInformation;
import dev.ffmverbs.ccm.value.SharedSecret;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests of a partner arrive faster than its session answers them. They do not pile up anywhere. */
@Timeout(60)
class WaitingRequestTest {

    private static final int REQUESTS = 5;
    private static final long LIMIT_S = 20;

    private static Interconnects node(final NodePair pair, final String name, final InetSocketAddress address) {
        final Interconnects node = new Interconnects(new NodeIdentity(name, BootId.random(), SharedSecret.NONE),
            MemoryAddresses.defaults(), AcceptingNode.CONNECT_TIMEOUT,
            new Rejections(name, (source, reason, detail) -> { }), PeerInformation.FEATURE_NOTIFICATIONS);
        node.add(name.equals("A") ? pair.deviceA() : pair.deviceB(), address);
        return node;
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#all")
    void theNewestRequestReplacesTheWaitingOne(final NodePair pair) throws Exception {
        pair.require();
        final InetSocketAddress addressA = pair.endpointA();
        final InetSocketAddress addressB = pair.endpointB();
        final BlockingQueue<IncomingRequest> arrived = new LinkedBlockingQueue<>();
        final Interconnects a = node(pair, "A", addressA);
        final Interconnects b = node(pair, "B", addressB);
        try {
            a.addPartner("B", List.of(addressB), () -> { });
            a.listen(1);
            a.admit(arrived::add);
            final PartnerPath path = b.addPartner("A", List.of(addressA), () -> { }).paths().getFirst();
            final List<CompletableFuture<PartnerLink>> attempts = new ArrayList<>();
            final List<IncomingRequest> requests = new ArrayList<>();
            for (int i = 0; i < REQUESTS; i++) {
                attempts.add(path.connect());
                requests.add(arrived.poll(LIMIT_S, TimeUnit.SECONDS));
            }

            for (final CompletableFuture<PartnerLink> given : attempts.subList(0, REQUESTS - 1)) {
                final CompletionException failure =
                    assertThrows(CompletionException.class, () -> given.orTimeout(LIMIT_S, TimeUnit.SECONDS).join());
                assertEquals(AttemptOutcome.NOT_LISTENING,
                    assertInstanceOf(LinkException.class, failure.getCause()).outcome());
            }
            assertFalse(attempts.getLast().isDone(), "the last one waits");
            requests.forEach(request -> request.accept(0));
            attempts.getLast().orTimeout(LIMIT_S, TimeUnit.SECONDS).join().close();
        } finally {
            a.stopListening();
            b.close();
            a.close();
        }
    }
}
