// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.PrivateLoopbackAddresses;
import dev.ffmverbs.softroce.faults.FaultSettings;
import dev.ffmverbs.softroce.transport.ConnectionState;
import dev.ffmverbs.softroce.transport.TransportCounter;
import dev.ffmverbs.softroce.wire.Arrival;
import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.constants.CompletionStatuses;
import dev.ffmverbs.spi.constants.EventTypes;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** If a part of a port throws, that part ends and is named in the log. Everything else continues. */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PortFailureTest {

    private static final int UDP_PORT = 44_791;

    private final CollectingLogger log = new CollectingLogger();
    private Port port;
    private AttachedQueuePair from;
    private AttachedQueuePair to;
    private AttachedQueuePair otherFrom;
    private AttachedQueuePair otherTo;

    @BeforeEach
    void open() throws ProviderException {
        final LocalAddress local = LocalAddress.of(
            InetAddress.ofLiteral(PrivateLoopbackAddresses.address(0)), UDP_PORT);
        port = Port.open(local, 1 << 20, FaultSettings.NONE, AllowedSockets.ANY, MachineLoad.OF_THIS_MACHINE,
            new PortLog("soft9 at " + local, log));
        from = new AttachedQueuePair(port);
        to = new AttachedQueuePair(port);
        otherFrom = new AttachedQueuePair(port);
        otherTo = new AttachedQueuePair(port);
        from.connect(to);
        to.connect(from);
        otherFrom.connect(otherTo);
        otherTo.connect(otherFrom);
    }

    @AfterEach
    void close() {
        Stream.of(from, to, otherFrom, otherTo).forEach(AttachedQueuePair::close);
        port.close();
    }

    static Stream<Supplier<Throwable>> throwables() {
        return Stream.of(() -> new OutOfMemoryError("injected"), () -> new StackOverflowError("injected"),
            () -> new NoClassDefFoundError("injected"), () -> new AssertionError("injected"),
            () -> new IllegalStateException("injected"), () -> new Exception("injected"));
    }

    private void requireThatOthersContinue() {
        for (int i = 0; i < 20; i++) {
            otherFrom.exchange(otherTo);
        }
    }

    private void requireLogged(final String... parts) {
        AttachedQueuePair.until("a message with " + List.of(parts) + " in " + log.messages, () -> log.messages.stream()
            .anyMatch(message -> Stream.of(parts).allMatch(message::contains)));
    }

    @ParameterizedTest
    @MethodSource("throwables")
    void aThrowingCompletionEndsItsQueuePairAlone(final Supplier<Throwable> thrown) {
        from.exchange(to);
        from.thrownByCompletion = () -> {
            from.thrownByCompletion = null;
            return thrown.get();
        };
        to.postReceive();
        from.postSend();

        AttachedQueuePair.until("state ERROR", () -> from.state() == ConnectionState.ERROR);
        AttachedQueuePair.until("the event", () -> from.events.equals(List.of(EventTypes.QUEUE_PAIR_FATAL)));
        requireThatOthersContinue();
        assertEquals(1, port.counters().get(TransportCounter.CONNECTION_BREAKDOWNS));
        requireLogged("soft9 at " + port.local(), "queue pair " + from.place.number(), "ERROR");
    }

    @ParameterizedTest
    @MethodSource("throwables")
    void postsToAnEndedQueuePairAreFlushedOnceItsCompletionQueueWorksAgain(final Supplier<Throwable> thrown) {
        from.thrownByCompletion = thrown;
        to.postReceive();
        for (int i = 0; i < 5; i++) {
            from.postSend();
        }
        AttachedQueuePair.until("state ERROR", () -> from.state() == ConnectionState.ERROR);
        requireThatOthersContinue();
        from.thrownByCompletion = null;
        AttachedQueuePair.until("five completions", () -> from.statuses.size() == 5);
        assertEquals(CompletionStatuses.WORK_REQUEST_FLUSHED, from.statuses.getLast());
        requireThatOthersContinue();
    }

    @Test
    void aQueuePairThatKeepsThrowingDoesNotKeepTheThreadBusy() throws InterruptedException {
        from.thrownByCompletion = () -> new NoClassDefFoundError("injected");
        for (int i = 0; i < 12; i++) {
            from.postReceive();
        }
        port.lock();
        port.requestError(from.place);
        port.unlock();
        Thread.sleep(300);
        final long breakdowns = port.counters().get(TransportCounter.CONNECTION_BREAKDOWNS);
        assertTrue(breakdowns < 300, breakdowns + " turns in 300 ms");
        assertTrue(log.messages.size() < 5, log.messages.size() + " messages");
    }

    @ParameterizedTest
    @MethodSource("throwables")
    void anEventThatCannotBeDeliveredIsDeliveredLater(final Supplier<Throwable> thrown) {
        from.thrownByEvent = thrown;
        from.eventFailures = 3;
        port.lock();
        port.requestError(from.place);
        port.unlock();

        requireThatOthersContinue();
        AttachedQueuePair.until("the event", () -> from.events.equals(List.of(EventTypes.QUEUE_PAIR_FATAL)));
        requireLogged("soft9", "telling the application");
    }

    @ParameterizedTest
    @MethodSource("throwables")
    void anOwnerThatThrowsForEveryPacketDoesNotEndItsQueuePair(final Supplier<Throwable> thrown) {
        from.thrownByPacket = thrown;
        to.thrownByPacket = thrown;
        for (int i = 0; i < 20; i++) {
            from.exchange(to);
        }
    }

    /** Counts all calls and throws in each. */
    private static final class BadAgent implements ManagementAgent {

        private final Supplier<Throwable> thrown;
        private final AtomicInteger received = new AtomicInteger();
        private final AtomicInteger ticks = new AtomicInteger();

        BadAgent(final Supplier<Throwable> thrown) {
            this.thrown = thrown;
        }

        private <E extends Throwable> void fail() throws E {
            @SuppressWarnings("unchecked")
            final E any = (E) thrown.get();
            throw any;
        }

        @Override
        public void receive(final RocePacket packet, final Arrival arrival) {
            received.incrementAndGet();
            this.<RuntimeException>fail();
        }

        @Override
        public void onFirstPacket(final int queuePair) {
            this.<RuntimeException>fail();
        }

        @Override
        public void onSignOfLife(final int queuePair) {
            this.<RuntimeException>fail();
        }

        @Override
        public void tick() {
            ticks.incrementAndGet();
            this.<RuntimeException>fail();
        }

        @Override
        public long untilNextDeadlineNs() {
            this.<RuntimeException>fail();
            return 0;
        }
    }

    @ParameterizedTest
    @MethodSource("throwables")
    void aThrowingManagementAgentDoesNotStopData(final Supplier<Throwable> thrown) {
        final BadAgent agent = new BadAgent(thrown);
        port.generalServices().setAgent(agent);
        for (int i = 0; i < 5; i++) {
            port.generalServices().send(port.local().ip(), 0, packet -> {
                packet.begin(Opcode.DATAGRAM_SEND_ONLY, ManagementQueuePair.NUMBER, 0, 0);
                packet.deth().set(0, ManagementQueuePair.NUMBER);
                packet.endPayload(16);
            });
        }
        AttachedQueuePair.until("five datagrams handed to the agent", () -> agent.received.get() == 5);
        AttachedQueuePair.until("calls of the agent at its deadlines", () -> agent.ticks.get() > 3);
        requireThatOthersContinue();
        requireLogged("soft9", "connection manager");
        port.generalServices().setAgent(null);
    }

    @ParameterizedTest
    @MethodSource("throwables")
    void aLogThatThrowsStopsNothing(final Supplier<Throwable> thrown) {
        log.throwsErrors = true;
        aThrowingCompletionEndsItsQueuePairAlone(thrown);
    }

    @Test
    void anErrorInAPollingOrWaitingThreadLeavesLockAndWatchFree() {
        final LinkageError injected = new LinkageError("injected");
        for (int i = 0; i < 3; i++) {
            pollUntilThrown(injected);
            final AtomicInteger calls = new AtomicInteger();
            assertSame(injected, assertThrows(LinkageError.class, () -> {
                while (!port.await(() -> {
                    if (calls.incrementAndGet() > 1) {
                        throw injected;
                    }
                    return false;
                }, TimeUnit.SECONDS.toNanos(20))) {
                    // The port's thread wakes up, detects the waiting thread, and leaves the watch to it.
                    port.wakeUp();
                }
            }));
            from.exchange(to);
            requireThatOthersContinue();
        }
    }

    /** Polls until the completion check throws. Packets in flight cause the port to check. */
    private void pollUntilThrown(final LinkageError injected) {
        assertSame(injected, assertThrows(LinkageError.class, () ->
            AttachedQueuePair.until("the injected error", () -> {
                port.generalServices().send(port.local().ip(), 0, packet -> {
                    packet.begin(Opcode.DATAGRAM_SEND_ONLY, ManagementQueuePair.NUMBER, 0, 0);
                    packet.deth().set(0, ManagementQueuePair.NUMBER);
                    packet.endPayload(16);
                });
                port.poll(() -> {
                    throw injected;
                });
                return false;
            })));
    }

    @Test
    void aThreadWithoutStackLeftDoesNotHarmOthers() {
        final AtomicInteger depth = new AtomicInteger();
        for (int i = 0; i < 50; i++) {
            if (from.state() == ConnectionState.READY_TO_SEND) {
                from.postSend();
            }
            assertThrows(StackOverflowError.class, () -> recurse(depth));
            requireThatOthersContinue();
        }
    }

    private void recurse(final AtomicInteger depth) {
        depth.incrementAndGet();
        port.poll(() -> false);
        recurse(depth);
    }
}
