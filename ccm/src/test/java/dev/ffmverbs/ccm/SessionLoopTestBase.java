// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.ffmverbs.Gid;
import dev.ffmverbs.ccm.internal.link.IncomingRequest;
import dev.ffmverbs.ccm.internal.link.Rejections;
import dev.ffmverbs.ccm.internal.trust.NodeIdentity;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.BootPhase;
import dev.ffmverbs.ccm.value.LivenessThresholds;
import dev.ffmverbs.ccm.value.MemoryAddresses;
import dev.ffmverbs.ccm.value.PeerInformation;
import dev.ffmverbs.ccm.value.Rejection;
import dev.ffmverbs.ccm.value.SharedSecret;
import dev.ffmverbs.ccm.value.Timeouts;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;

/** A loop in real time, with partners that never answer and do to it what the test wants. */
abstract class SessionLoopTestBase {

    static final int MANY = 1_000;

    private final InetSocketAddress ownAddress = new InetSocketAddress("10.0.0.1", 7471);
    final SilentCompletionSource source = new SilentCompletionSource();
    final CapturedLog log = new CapturedLog();
    final SessionLoop loop = new SessionLoop("A", log, source,
        new Timeouts(Duration.ofMillis(500), Duration.ofSeconds(2), Duration.ofSeconds(1)));
    final List<AbsentPartner> partners = new ArrayList<>();
    Timeouts timeouts = Timeouts.defaults();
    private LocalNode node;
    boolean finishesLeaving = true;

    void addPartners(final int count) {
        final List<PartnerAddress> addresses = IntStream.range(0, count).mapToObj(number ->
            new PartnerAddress("B" + number, new InetSocketAddress("10.1." + number / 250 + "." + (1 + number % 250),
                7471))).toList();
        final NodeConfiguration configuration = new NodeConfiguration("A", List.of(ownAddress), addresses,
            MemoryAddresses.defaults(), LivenessThresholds.defaults(), timeouts, SharedSecret.NONE, 1);
        node = new LocalNode(configuration, new NodeIdentity("A", BootId.random(), SharedSecret.NONE),
            () -> BootPhase.ACTIVE, new SessionListener() { }, System::nanoTime,
            new ClientRegistry(client -> Runnable::run, () -> { }),
            new PeerInformation(1, 1, "A", 0, 1, List.of(Gid.of(ownAddress.getAddress())), 1024),
            new Rejections("A", (address, reason, detail) -> { }), new AttemptPace());
        for (final PartnerAddress address : addresses) {
            final AbsentPartner absent = new AbsentPartner();
            partners.add(absent);
            loop.add(address.name(), alarm -> {
                absent.alarm = alarm;
                return new PartnerSession(
                    new Partner(address), node, List.of(absent), absent, new Random(1), alarm);
            });
        }
    }

    @AfterEach
    void leave() {
        partners.forEach(partner -> {
            partner.onAttempt = () -> { };
            partner.onTurn = () -> { };
            partner.onAskedWhetherConnected = () -> { };
        });
        source.onPoll = () -> { };
        source.afterWait = () -> { };
        log.failure = null;
        assertEquals(finishesLeaving, loop.leave(() -> { }), "the loop has ended");
    }

    static void await(final String what, final BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            assertFalse(Thread.currentThread().isInterrupted(), what);
            Thread.sleep(1);
        }
    }

    static void pauseMs(final long ms) {
        try {
            Thread.sleep(ms);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A request that runs something when it is accepted or rejected. */
    record Request(String nodeName, Runnable onAccept, Consumer<Rejection> onReject, BooleanSupplier withdrawn)
        implements IncomingRequest {

        Request(final String nodeName, final Runnable onAccept, final Consumer<Rejection> onReject) {
            this(nodeName, onAccept, onReject, () -> false);
        }

        @Override
        public boolean isWithdrawn() {
            return withdrawn.getAsBoolean();
        }

        @Override
        public BootId bootId() {
            return BootId.NONE;
        }

        @Override
        public void accept(final long epoch) {
            onAccept.run();
        }

        @Override
        public void reject(final Rejection reason) {
            onReject.accept(reason);
        }
    }
}
