// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.DevicePair;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.cm.ConnectionException.Reason;
import dev.ffmverbs.spi.ConnectionEventData;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** If a handler, an observer or the transport throws, the manager continues or visibly ends. */
@Timeout(60)
class EventDispatcherTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final ConnectionParameters DEFAULTS = ConnectionParameters.defaults();

    private static final List<Supplier<Throwable>> FAILURES = List.of(
        () -> new AssertionError("injected"), () -> new OutOfMemoryError("injected"),
        () -> new StackOverflowError("injected"), () -> new NoClassDefFoundError("injected"),
        () -> new IllegalStateException("injected"));

    /** Throws any exception or error where the compiler does not expect one. */
    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void raise(final Throwable failure) throws T {
        throw (T) failure;
    }

    private static Reason connectAndFail(final Node node, final Listener listener) {
        try (QueuePair queuePair = node.newQueuePair()) {
            return assertThrows(ConnectionException.class, () -> node.manager.connect(
                node.anyPort(), listener.localAddress(), queuePair, DEFAULTS, TIMEOUT)).reason();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aThrowingHandlerRejectsItsRequestAndTheManagerContinues(final DevicePair devices) {
        devices.require();
        final AtomicInteger next = new AtomicInteger();
        try (Node node = new Node(devices.left());
             Listener listener = node.manager.listen(node.anyPort(), 4, request ->
                 EventDispatcherTest.<RuntimeException>raise(
                     FAILURES.get(next.getAndIncrement() % FAILURES.size()).get()))) {
            for (int i = 0; i < 2 * FAILURES.size(); i++) {
                assertEquals(Reason.REJECTED, connectAndFail(node, listener));
            }
            assertEquals(2 * FAILURES.size(), next.get());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void anObserverThatThrowsOrInterruptsItsThreadChangesNothing(final DevicePair devices) {
        devices.require();
        final AtomicInteger next = new AtomicInteger();
        try (Node node = new Node(devices.left());
             Listener listener = node.manager.listen(node.anyPort(), 4, request -> request.reject(new byte[0]))) {
            node.manager.observe(event -> {
                Thread.currentThread().interrupt();
                EventDispatcherTest.<RuntimeException>raise(
                    FAILURES.get(next.getAndIncrement() % FAILURES.size()).get());
            });
            for (int i = 0; i < FAILURES.size(); i++) {
                assertEquals(Reason.REJECTED, connectAndFail(node, listener));
            }
            assertTrue(next.get() > FAILURES.size(), "the observer was called");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aThrowingStageDoesNotEndTheManager(final DevicePair devices) throws Exception {
        devices.require();
        final BlockingQueue<ConnectionRequest> requests = new LinkedBlockingQueue<>();
        try (Node client = new Node(devices.left()); Node server = new Node(devices.left());
             Listener listener = server.manager.listen(server.anyPort(), 4, requests::add)) {
            for (final Supplier<Throwable> failure : FAILURES) {
                try (QueuePair ours = client.newQueuePair(); QueuePair theirs = server.newQueuePair()) {
                    final CompletableFuture<Connection> connecting = client.manager.connectAsync(
                        client.anyPort(), listener.localAddress(), ours, DEFAULTS, TIMEOUT);
                    final CompletableFuture<Void> stage = connecting.thenAccept(connection ->
                        EventDispatcherTest.<RuntimeException>raise(failure.get()));
                    final Connection accepted = requests.poll(20, TimeUnit.SECONDS).accept(theirs, DEFAULTS);
                    assertThrows(Exception.class, () -> stage.get(20, TimeUnit.SECONDS));
                    connecting.get(20, TimeUnit.SECONDS).close();
                    accepted.close();
                }
            }
        }
    }

    /** A transport that fails to read events while a test requires it. */
    private static final class BrokenTransport extends FakeTransport {
        private final Supplier<Throwable> failure;
        private final AtomicInteger failuresLeft;
        private final CountDownLatch recovered = new CountDownLatch(1);

        BrokenTransport(final int failures, final Supplier<Throwable> failure) {
            this.failuresLeft = new AtomicInteger(failures);
            this.failure = failure;
        }

        @Override
        public ConnectionEventData nextEvent(final long timeoutNs) {
            if (failuresLeft.getAndDecrement() > 0) {
                EventDispatcherTest.<RuntimeException>raise(failure.get());
            }
            recovered.countDown();
            return null;
        }
    }

    @Test
    void continuesAfterEventsCouldNotBeReadForAWhile() throws Exception {
        for (final Supplier<Throwable> failure : FAILURES) {
            final BrokenTransport transport = new BrokenTransport(3, failure);
            final EventDispatcher dispatcher = new EventDispatcher("broken0", transport);
            dispatcher.start();

            assertTrue(transport.recovered.await(20, TimeUnit.SECONDS), "the thread continues");

            assertTrue(dispatcher.isRunning());
            dispatcher.stop();
            dispatcher.awaitEnd();
            assertFalse(dispatcher.isRunning());
        }
    }

    @Test
    void endsAttemptsAndConnectionsIfEventsCannotBeReadAtAll() throws Exception {
        final BrokenTransport transport =
            new BrokenTransport(Integer.MAX_VALUE, () -> new OutOfMemoryError("injected"));
        final EventDispatcher dispatcher = new EventDispatcher("broken0", transport);
        final CompletableFuture<ConnectionException> told = new CompletableFuture<>();
        dispatcher.create(PortSpace.CONNECTIONS, identifier -> "first", owner -> new EventTarget(owner, event -> { },
            failure -> EventDispatcherTest.<RuntimeException>raise(new AssertionError("injected")),
            () -> false, () -> false, () -> { }));
        dispatcher.create(PortSpace.CONNECTIONS, identifier -> "second",
            owner -> new EventTarget(owner, event -> { }, told::complete, () -> false, () -> false, () -> { }));
        dispatcher.start();

        final ConnectionException failure = told.get(40, TimeUnit.SECONDS);

        assertEquals(Reason.MANAGER_ENDED, failure.reason());
        assertTrue(failure.getMessage().contains("broken0"), failure.getMessage());
        assertInstanceOf(OutOfMemoryError.class, failure.getCause());
        final ConnectionException refused = assertThrows(ConnectionException.class, () ->
            dispatcher.create(PortSpace.CONNECTIONS,
                identifier -> "third", owner -> new EventTarget(owner, event -> { }, told::complete,
                () -> false, () -> false, () -> { })));
        assertEquals(Reason.MANAGER_ENDED, refused.reason());
        final long startNs = System.nanoTime();
        while (dispatcher.isRunning()) {
            assertTrue(System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(20), "it says that it has ended");
            Thread.sleep(1);
        }
        dispatcher.stop();
        dispatcher.awaitEnd();
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void closingCanBeInterruptedWhileAHandlerRunsAndThenRepeated(final DevicePair devices) throws Exception {
        devices.require();
        final CountDownLatch handling = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);
        try (Node client = new Node(devices.left()); Node server = new Node(devices.left())) {
            final Listener listener = server.manager.listen(server.anyPort(), 4, request -> {
                handling.countDown();
                try {
                    release.await();
                } catch (final InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            final CompletableFuture<Connection> connecting = client.manager.connectAsync(
                client.anyPort(), listener.localAddress(), client.queuePair, DEFAULTS, TIMEOUT);
            assertTrue(handling.await(20, TimeUnit.SECONDS), "the request arrived");
            listener.close();
            final CompletableFuture<Throwable> closing = new CompletableFuture<>();
            final Thread closer = Thread.ofPlatform().start(() -> {
                Thread.currentThread().interrupt();
                try {
                    server.manager.close();
                    closing.complete(null);
                } catch (final ConnectionException e) {
                    closing.complete(Thread.currentThread().isInterrupted() ? e : new AssertionError("status lost"));
                }
            });
            while (closer.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
                assertFalse(closing.isDone(), "an earlier interrupt does not end it");
            }
            closer.interrupt();

            final Throwable ended = closing.get(20, TimeUnit.SECONDS);
            assertNotNull(ended, "the handler still runs");
            assertEquals(Reason.INTERRUPTED, assertInstanceOf(ConnectionException.class, ended).reason());
            assertThrows(IllegalStateException.class, () -> server.manager.listen(server.anyPort(), 1, r -> { }));
            release.countDown();
            server.manager.close();
            server.manager.close();
            assertThrows(Exception.class, () -> connecting.get(20, TimeUnit.SECONDS));
        }
    }
}
