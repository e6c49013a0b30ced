// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.Context;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.spi.ConnectionEventData;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import dev.ffmverbs.spi.ConnectionManagerOperations;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.VerbsProvider;
import dev.ffmverbs.spi.VerbsProviders;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Listens and connects on the addresses of one device ({@code rdma_create_event_channel(3)}).
 *
 * <p>Thread-safe. Close its listeners and connections first.
 */
public final class ConnectionManager implements AutoCloseable {

    private static final Logger LOGGER = System.getLogger(ConnectionManager.class.getName());
    private static final long EVENT_WAIT_NS = TimeUnit.SECONDS.toNanos(1);

    /** Whom the events of an identifier concern, and how it takes them. */
    private record EventTarget(Object owner, Consumer<ConnectionEventData> handler) {
    }

    private final Context context;
    private final ConnectionManagerOperations operations;
    private final Map<ConnectionIdentifierOperations, EventTarget> targets = new ConcurrentHashMap<>();
    private final Thread thread;
    private volatile Consumer<ConnectionEvent> observer = event -> { };
    private volatile boolean closed;

    private ConnectionManager(final Context context, final ConnectionManagerOperations operations) {
        this.context = context;
        this.operations = operations;
        this.thread = Thread.ofPlatform().daemon().name("rdma-cm-" + context.device().name())
            .unstarted(this::dispatchEvents);
    }

    /**
     * Opens a connection manager for a device's addresses.
     *
     * @param context an open context of the device; queue pairs of connections come from any context of that device.
     * @return the connection manager, its event thread running.
     * @throws ConnectionException when it cannot be opened, for example because librdmacm is missing.
     */
    public static ConnectionManager open(final Context context) {
        final VerbsProvider provider = VerbsProviders.named(context.device().provider()).orElseThrow();
        try {
            final ConnectionManager manager =
                new ConnectionManager(context, provider.openConnectionManager(context.device().name()));
            manager.thread.start();
            return manager;
        } catch (final ProviderException e) {
            throw new ConnectionException("no connection manager for " + context.device(), e);
        }
    }

    /**
     * Hands every event to an observer, in order, on the manager's thread, before it takes effect.
     *
     * @param newObserver called with each event; must not block.
     */
    public void observe(final Consumer<ConnectionEvent> newObserver) {
        observer = Objects.requireNonNull(newObserver, "newObserver");
    }

    /**
     * Listens for connection requests ({@code rdma_bind_addr(3)}, {@code rdma_listen(3)}).
     *
     * @param address local address and port; port 0 lets the system choose.
     * @param backlog requests that may wait for an answer, at least 1.
     * @param handler called on the manager's thread with each request; it or any other thread accepts or rejects. It
     *                must not block. A request whose handler throws is rejected.
     * @return the listener.
     * @throws ConnectionException      {@code ADDRESS_IN_USE} when the port is taken, {@code NO_SUCH_LOCAL_ADDRESS}
     *                                  when the address is not the device's.
     * @throws IllegalArgumentException when the address is not resolved or the backlog less than 1.
     * @throws IllegalStateException    when this manager is closed.
     */
    public Listener listen(
        final InetSocketAddress address, final int backlog, final Consumer<ConnectionRequest> handler) {
        requireResolved(address);
        Objects.requireNonNull(handler, "handler");
        if (backlog < 1) {
            throw new IllegalArgumentException("backlog is " + backlog + "; it must be at least 1");
        }
        final String what = "cannot listen on " + address + " of " + context.device();
        ConnectionIdentifierOperations identifier = null;
        boolean listening = false;
        try {
            identifier = createIdentifier();
            final Listener listener = new Listener(this, identifier, handler);
            route(identifier, listener, listener::on);
            identifier.bind(address);
            requireOwnDevice(identifier, address);
            identifier.listen(backlog);
            listener.listensOn(identifier.localAddress());
            listening = true;
            return listener;
        } catch (final ProviderException e) {
            throw new ConnectionException(what, e);
        } finally {
            if (!listening && identifier != null) {
                destroy(identifier);
            }
        }
    }

    private void requireOwnDevice(final ConnectionIdentifierOperations identifier, final InetSocketAddress address) {
        final String bound = identifier.deviceName();
        if (bound != null && !bound.equals(context.device().name())) {
            throw new ConnectionException(ConnectionException.Reason.NO_SUCH_LOCAL_ADDRESS, address
                + " belongs to device " + bound + ", not to " + context.device().name());
        }
    }

    /**
     * Connects and waits for it.
     *
     * @param local      local address to connect from, or null to let the routes decide.
     * @param remote     address and port of a listener.
     * @param queuePair  queue pair of a context of this device, in state RESET, or INIT with its first receives posted;
     *                   it is taken to READY_TO_SEND.
     * @param parameters what to request.
     * @param timeout    time limit for the whole.
     * @return the established connection.
     * @throws ConnectionException      when it cannot be made within the time limit; the reason says why.
     * @throws IllegalArgumentException when an address is not resolved or the private data too long.
     * @throws IllegalStateException    on the manager's own thread, or when this manager is closed.
     */
    public Connection connect(
        final InetSocketAddress local, final InetSocketAddress remote, final QueuePair queuePair,
        final ConnectionParameters parameters, final Duration timeout) {
        if (Thread.currentThread() == thread) {
            throw new IllegalStateException("connect would wait for the events that only this thread reads;"
                + " use connectAsync in handlers");
        }
        try {
            return connectAsync(local, remote, queuePair, parameters, timeout).join();
        } catch (final CompletionException e) {
            if (e.getCause() instanceof ConnectionException failure) {
                failure.addSuppressed(new Throwable("connect was called here"));
                throw failure;
            }
            throw e;
        }
    }

    /**
     * Connects without waiting.
     *
     * @param local      local address to connect from, or null to let the routes decide.
     * @param remote     address and port of a listener.
     * @param queuePair  queue pair of a context of this device, in state RESET, or INIT with its first receives posted;
     *                   it is taken to READY_TO_SEND.
     * @param parameters what to request.
     * @param timeout    time limit for the whole.
     * @return completes with the established connection, or with a {@link ConnectionException}; to cancel it gives the
     *         attempt up, and the queue pair can be closed then.
     * @throws IllegalArgumentException when an address is not resolved or the private data too long.
     * @throws IllegalStateException    when this manager is closed.
     */
    public CompletableFuture<Connection> connectAsync(
        final InetSocketAddress local, final InetSocketAddress remote, final QueuePair queuePair,
        final ConnectionParameters parameters, final Duration timeout) {
        if (local != null) {
            requireResolved(local);
        }
        requireResolved(remote);
        parameters.requireRequestSize();
        try {
            final ConnectionIdentifierOperations identifier = createIdentifier();
            final Connection connection = new Connection(this, identifier, queuePair, parameters);
            route(identifier, connection, connection::on);
            return connection.start(local, remote, timeout);
        } catch (final ProviderException e) {
            throw new ConnectionException("cannot connect to " + remote, e);
        }
    }

    private ConnectionIdentifierOperations createIdentifier() throws ProviderException {
        if (closed) {
            throw new IllegalStateException(this + " is closed");
        }
        return operations.createIdentifier();
    }

    private static void requireResolved(final InetSocketAddress address) {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("address " + address + " is not resolved: there is no such host name");
        }
    }

    Context context() {
        return context;
    }

    void route(
        final ConnectionIdentifierOperations identifier, final Object owner,
        final Consumer<ConnectionEventData> handler) {
        targets.put(identifier, new EventTarget(owner, handler));
    }

    /** Destroys an identifier; its events no longer reach anybody. */
    void destroy(final ConnectionIdentifierOperations identifier) {
        targets.remove(identifier);
        try {
            identifier.close();
        } catch (final ProviderException e) {
            throw new ConnectionException("cannot destroy a connection identifier", e);
        }
    }

    private void dispatchEvents() {
        while (!closed) {
            try {
                final ConnectionEventData event = operations.nextEvent(EVENT_WAIT_NS);
                if (event != null) {
                    dispatch(event);
                }
            } catch (final ProviderException e) {
                LOGGER.log(Level.ERROR, "cannot read connection events of " + context.device()
                    + "; no connection is made or ended any more", e);
                return;
            } catch (final RuntimeException e) {
                LOGGER.log(Level.ERROR, "a handler of connection events of " + context.device() + " failed", e);
            }
        }
    }

    private void dispatch(final ConnectionEventData event) {
        final ConnectionIdentifierOperations concerned =
            event.listener() != null ? event.listener() : event.identifier();
        final EventTarget target = concerned == null ? null : targets.get(concerned);
        if (target != null) {
            observer.accept(new ConnectionEvent(ConnectionEventType.of(event.type()),
                event.localAddress(), event.remoteAddress(), event.status()));
            target.handler.accept(event);
        } else if (event.listener() != null) {
            destroy(event.identifier());
        }
    }

    /**
     * Stops the event thread and closes the event channel; requests nobody answered are rejected. Closing again does
     * nothing.
     *
     * @throws IllegalStateException when listeners or connections are open, listing them.
     */
    @Override
    public void close() {
        synchronized (thread) {
            if (closed) {
                return;
            }
            requireNothingOpen();
            closed = true;
            operations.wakeUp();
            awaitEventThread();
            targets.values().forEach(target -> ((ConnectionRequest) target.owner).rejectUnanswered());
            try {
                operations.close();
            } catch (final ProviderException e) {
                throw new ConnectionException("cannot close " + this, e);
            }
        }
    }

    private void requireNothingOpen() {
        final String open = targets.values().stream()
            .map(EventTarget::owner)
            .filter(owner -> !(owner instanceof ConnectionRequest))
            .map(Object::toString).sorted().collect(Collectors.joining(", "));
        if (!open.isEmpty()) {
            throw new IllegalStateException(
                this + " cannot be closed while these are open: " + open + "; close them first");
        }
    }

    private void awaitEventThread() {
        boolean interrupted = false;
        while (thread.isAlive() && Thread.currentThread() != thread) {
            try {
                thread.join();
            } catch (final InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return "ConnectionManager of " + context.device().name();
    }
}
