// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.spi.ConnectionEventData;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import dev.ffmverbs.spi.ConnectionManagerOperations;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A transport with events from the test. Its identifiers accept every call, and do nothing. */
class FakeTransport implements ConnectionManagerOperations {

    /** Calls of an identifier that was closed before. On a kernel device they would use freed memory. */
    final List<String> callsAfterClose = new CopyOnWriteArrayList<>();

    /** How many calls to close an identifier have succeeded, and how many are still to fail. */
    final AtomicInteger closed = new AtomicInteger();
    final AtomicInteger closeFailuresLeft = new AtomicInteger();
    volatile Supplier<Error> closeFailure = () -> new AssertionError("injected");

    private final BlockingQueue<ConnectionEventData> events = new LinkedBlockingQueue<>();

    @Override
    public ConnectionIdentifierOperations createIdentifier() {
        final AtomicBoolean destroyed = new AtomicBoolean();
        return (ConnectionIdentifierOperations) Proxy.newProxyInstance(
            ConnectionIdentifierOperations.class.getClassLoader(),
            new Class<?>[] {ConnectionIdentifierOperations.class},
            (proxy, method, arguments) -> switch (method.getName()) {
                case "hashCode" -> System.identityHashCode(proxy);
                case "equals" -> proxy == arguments[0];
                case "toString" -> "identifier";
                case "close" -> close(destroyed);
                default -> call(method, destroyed);
            });
    }

    private Object close(final AtomicBoolean destroyed) {
        if (closeFailuresLeft.getAndDecrement() > 0) {
            throw closeFailure.get();
        }
        destroyed.set(true);
        closed.incrementAndGet();
        return null;
    }

    private Object call(final Method method, final AtomicBoolean destroyed) {
        if (destroyed.get()) {
            callsAfterClose.add(method.getName());
        }
        return method.getReturnType() == int.class ? 0 : null;
    }

    @Override
    public ConnectionEventData nextEvent(final long timeoutNs) {
        try {
            return events.poll(1, TimeUnit.MILLISECONDS);
        } catch (final InterruptedException e) {
            return null;
        }
    }

    @Override
    public void wakeUp() {
    }

    @Override
    public void close() {
    }

    /** Returns an event without addresses and private data. */
    static ConnectionEventData event(
        final int type, final ConnectionIdentifierOperations identifier,
        final ConnectionIdentifierOperations listener) {
        return new ConnectionEventData(type, identifier, listener, null, null, 0, new byte[0], 0, 0, 0, null);
    }

    void put(
        final int type, final ConnectionIdentifierOperations identifier,
        final ConnectionIdentifierOperations listener) {
        events.add(event(type, identifier, listener));
    }
}
