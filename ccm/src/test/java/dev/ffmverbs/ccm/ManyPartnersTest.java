// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.ffmverbs.Device;
import dev.ffmverbs.ccm.internal.link.IncomingRequest;
import dev.ffmverbs.ccm.internal.link.Interconnects;
import dev.ffmverbs.ccm.internal.link.PartnerLink;
import dev.ffmverbs.ccm.internal.link.Rejections;
import dev.ffmverbs.ccm.internal.trust.NodeIdentity;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.MemoryAddresses;
import dev.ffmverbs.ccm.value.PeerInformation;
import dev.ffmverbs.ccm.value.Rejection;
import dev.ffmverbs.ccm.value.SharedSecret;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests many partners that start together. */
@Timeout(120)
class ManyPartnersTest {

    private static final int PARTNERS = 100;
    private static final int FEW = 4;
    private static final long LIMIT_S = 20;

    /** Long enough for requests to arrive, and for a node to refuse them. */
    private static final long EARLY_MS = 300;

    private static Interconnects node(final Device device, final String name, final InetSocketAddress address) {
        final Interconnects node = new Interconnects(new NodeIdentity(name, BootId.random(), SharedSecret.NONE),
            MemoryAddresses.defaults(), AcceptingNode.CONNECT_TIMEOUT,
            new Rejections(name, (source, reason, detail) -> { }), PeerInformation.FEATURE_NOTIFICATIONS);
        node.add(device, address);
        return node;
    }

    private static CompletableFuture<PartnerLink> connect(final Interconnects node, final InetSocketAddress addressA) {
        return node.addPartner("A", List.of(addressA), () -> { }).paths().getFirst().connect();
    }

    /** Waits for one request of each partner. None of them is answered yet. */
    private static List<IncomingRequest> awaitOneOfEach(
        final int partners, final BlockingQueue<IncomingRequest> arrived) throws InterruptedException {
        final Set<String> names = new HashSet<>();
        final List<IncomingRequest> waiting = new ArrayList<>();
        for (int i = 0; i < partners; i++) {
            final IncomingRequest request = arrived.poll(LIMIT_S, TimeUnit.SECONDS);
            assertNotNull(request, "a request after the first " + i + ", none of which is answered");
            names.add(request.nodeName());
            waiting.add(request);
        }
        assertEquals(partners, names.size());
        return waiting;
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void oneRequestOfEachWaitsUntilItIsAnswered(final NodePair pair) throws Exception {
        pair.require();
        final InetSocketAddress addressA = pair.endpointA();
        final BlockingQueue<IncomingRequest> arrived = new LinkedBlockingQueue<>();
        final List<Interconnects> partners = new ArrayList<>();
        final List<CompletableFuture<PartnerLink>> attempts = new ArrayList<>();
        final Interconnects a = node(pair.deviceA(), "A", addressA);
        try {
            for (int i = 0; i < PARTNERS; i++) {
                final InetSocketAddress address = pair.endpointB();
                a.addPartner("P" + i, List.of(address), () -> { });
                partners.add(node(pair.deviceB(), "P" + i, address));
            }
            a.listen(PARTNERS);
            a.admit(arrived::add);
            for (final Interconnects partner : partners) {
                attempts.add(connect(partner, addressA));
            }

            final List<IncomingRequest> waiting = awaitOneOfEach(PARTNERS, arrived);

            waiting.forEach(request -> request.reject(Rejection.LEAVING));
            attempts.forEach(attempt ->
                assertThrows(CompletionException.class, () -> attempt.orTimeout(LIMIT_S, TimeUnit.SECONDS).join()));
        } finally {
            a.stopListening();
            attempts.forEach(attempt -> attempt.cancel(true));
            partners.forEach(Interconnects::close);
            a.close();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void requestsThatComeBeforeTheNodeHasItsPartnersWaitForThem(final NodePair pair) throws Exception {
        pair.require();
        final InetSocketAddress addressA = pair.endpointA();
        final BlockingQueue<IncomingRequest> arrived = new LinkedBlockingQueue<>();
        final List<Interconnects> partners = new ArrayList<>();
        final List<InetSocketAddress> addresses = new ArrayList<>();
        final List<CompletableFuture<PartnerLink>> attempts = new ArrayList<>();
        final Interconnects a = node(pair.deviceA(), "A", addressA);
        try {
            a.listen(FEW);
            for (int i = 0; i < FEW; i++) {
                addresses.add(pair.endpointB());
                final Interconnects partner = node(pair.deviceB(), "P" + i, addresses.get(i));
                partners.add(partner);
                attempts.add(connect(partner, addressA));
            }
            assertThrows(TimeoutException.class, () -> attempts.getLast().get(EARLY_MS, TimeUnit.MILLISECONDS));
            attempts.forEach(attempt -> assertFalse(attempt.isDone(), "no request is answered yet"));
            for (int i = 0; i < FEW; i++) {
                a.addPartner("P" + i, List.of(addresses.get(i)), () -> { });
            }
            a.admit(arrived::add);

            awaitOneOfEach(FEW, arrived).forEach(request -> request.accept(0));
        } finally {
            a.stopListening();
            for (final CompletableFuture<PartnerLink> attempt : attempts) {
                if (!attempt.cancel(true) && !attempt.isCompletedExceptionally()) {
                    attempt.join().close();
                }
            }
            partners.forEach(Interconnects::close);
            a.close();
        }
    }
}
