// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import dev.ffmverbs.spi.constants.ConnectionEventTypes;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** If processing an event of the transport fails, the event is still handled, or its connection ends. */
@Timeout(60)
class LostEventsTest {

    private static final List<Supplier<Error>> ERRORS = List.of(
        () -> new AssertionError("injected"), () -> new OutOfMemoryError("injected"),
        () -> new StackOverflowError("injected"), () -> new NoClassDefFoundError("injected"));

    private final FakeTransport transport = new FakeTransport();
    private final EventDispatcher dispatcher = new EventDispatcher("broken0", transport);
    private final BlockingQueue<Integer> handled = new LinkedBlockingQueue<>();
    private final CompletableFuture<ConnectionException> lost = new CompletableFuture<>();
    private final AtomicInteger failuresLeft = new AtomicInteger();
    private final AtomicInteger observed = new AtomicInteger();
    private volatile Supplier<Error> failure = ERRORS.getFirst();

    @BeforeEach
    void start() {
        dispatcher.observe(event -> observed.incrementAndGet());
        dispatcher.start();
    }

    @AfterEach
    void stop() throws Exception {
        dispatcher.stop();
        dispatcher.awaitEnd();
    }

    private void failIfToFail() {
        if (failuresLeft.getAndDecrement() > 0) {
            throw failure.get();
        }
    }

    private ConnectionIdentifierOperations newConnection() throws Exception {
        return dispatcher.create(PortSpace.CONNECTIONS,
            identifier -> identifier, identifier -> new EventTarget("a connection", event -> {
            failIfToFail();
            handled.add(event.type());
        }, reason -> {
            failIfToFail();
            lost.complete(reason);
        }, () -> false, () -> false, () -> { }));
    }

    private static void await(final Supplier<Boolean> condition) throws InterruptedException {
        final long startNs = System.nanoTime();
        while (!condition.get()) {
            assertTrue(System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(20), "it happens within 20 s");
            Thread.sleep(1);
        }
    }

    @Test
    void anEventComesAgainUntilItIsHandledAndTheObserverHearsItOnce() throws Exception {
        final ConnectionIdentifierOperations connection = newConnection();
        for (final Supplier<Error> kind : ERRORS) {
            for (int errors = 0; errors <= 50; errors++) {
                failure = kind;
                failuresLeft.set(errors);
                transport.put(ConnectionEventTypes.ESTABLISHED, connection, null);

                assertEquals(ConnectionEventTypes.ESTABLISHED, handled.poll(20, TimeUnit.SECONDS), errors + " errors");
            }
        }
        assertEquals(4 * 51, observed.get());
        assertTrue(dispatcher.isRunning());
    }

    @Test
    void theConnectionEndsWhoseEventCannotBeHandledAndTheManagerContinues() throws Exception {
        final ConnectionIdentifierOperations connection = newConnection();
        failuresLeft.set(66);
        transport.put(ConnectionEventTypes.DISCONNECTED, connection, null);

        assertEquals(ConnectionException.Reason.FAILED, lost.get(20, TimeUnit.SECONDS).reason());
        transport.put(ConnectionEventTypes.TIMEWAIT_EXIT, connection, null);
        assertEquals(ConnectionEventTypes.TIMEWAIT_EXIT, handled.poll(20, TimeUnit.SECONDS));
    }

    @Test
    void aRequestThatNobodyTakesIsRejectedHoweverOftenThatFails() throws Exception {
        for (final Supplier<Error> kind : ERRORS) {
            for (int errors = 0; errors <= 50; errors += 5) {
                final int before = transport.closed.get();
                transport.closeFailure = kind;
                transport.closeFailuresLeft.set(errors);
                transport.put(ConnectionEventTypes.CONNECT_REQUEST, transport.createIdentifier(),
                    transport.createIdentifier());

                await(() -> transport.closed.get() > before);
            }
        }
    }

    @Test
    void aRequestWhoseListenerWasDestroyedInTheMeantimeIsRejected() throws Exception {
        transport.put(ConnectionEventTypes.CONNECT_REQUEST, transport.createIdentifier(), null);

        await(() -> transport.closed.get() > 0);
    }

    @Test
    void anIdentifierWhoseCloseFailedIsDestroyedLater() throws Exception {
        final AtomicInteger calls = new AtomicInteger();
        dispatcher.create(PortSpace.CONNECTIONS,
            identifier -> identifier, identifier -> new EventTarget("closed before", event -> { },
            reason -> { }, () -> false, () -> true, () -> {
                calls.incrementAndGet();
                dispatcher.destroy(identifier);
            }));
        transport.closeFailuresLeft.set(3);

        await(() -> transport.closed.get() == 1 && dispatcher.targets().isEmpty());

        assertTrue(calls.get() >= 1);
    }
}
