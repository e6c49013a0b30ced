// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.Context;
import dev.ffmverbs.Device;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.cm.ConnectionException.Reason;
import dev.ffmverbs.spi.AddressText;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import dev.ffmverbs.spi.ConnectionManagerOperations;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.VerbsProvider;
import dev.ffmverbs.spi.VerbsProviders;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Listens and connects on the addresses of one device ({@code rdma_create_event_channel(3)}).
 *
 * <p>Thread-safe. Close its listeners and connections first. It does not need the context it was opened with to stay
 * open.
 */
public final class ConnectionManager implements AutoCloseable {

    /** Failures to free something that the message of {@link #close} tells in words. */
    private static final int FAILURES_NAMED = 3;

    private final Device device;
    private final ConnectionManagerOperations operations;
    private final EventDispatcher dispatcher;
    private final Object closing = new Object();
    private boolean closed;

    private ConnectionManager(final Device device, final ConnectionManagerOperations operations) {
        this.device = device;
        this.operations = operations;
        this.dispatcher = new EventDispatcher(device.name(), operations);
    }

    /**
     * Opens a connection manager for a device's addresses.
     *
     * @param context an open context of the device; queue pairs of connections come from any context of that device.
     * @return the connection manager, its event thread running.
     * @throws ConnectionException   when it cannot be opened, for example because librdmacm is missing.
     * @throws IllegalStateException when the context is closed.
     */
    public static ConnectionManager open(final Context context) {
        final Device device = context.device();
        if (!context.isOpen()) {
            throw new IllegalStateException(context + " is closed");
        }
        final VerbsProvider provider = VerbsProviders.find(device.provider()).orElseThrow();
        try {
            final ConnectionManagerOperations operations = provider.openConnectionManager(device.name());
            boolean started = false;
            try {
                final ConnectionManager manager = new ConnectionManager(device, operations);
                manager.dispatcher.start();
                started = true;
                return manager;
            } finally {
                if (!started) {
                    operations.close();
                }
            }
        } catch (final ProviderException e) {
            throw new ConnectionException("no connection manager for " + device, e);
        }
    }

    /**
     * Hands every event to an observer, in order, on the manager's thread, before it takes effect.
     *
     * @param newObserver called with each event; must not block. What it throws is logged, and changes nothing.
     */
    public void observe(final Consumer<ConnectionEvent> newObserver) {
        dispatcher.observe(Objects.requireNonNull(newObserver, "newObserver"));
    }

    /**
     * Listens for connection requests ({@code rdma_bind_addr(3)}, {@code rdma_listen(3)}).
     *
     * <p>A listener of a kernel device on a wildcard address hears requests to all addresses of the machine, also those
     * of other devices: {@link ConnectionRequest#device()} says which. One of a software device hears only those to
     * that device.
     *
     * @param address local address and port; port 0 lets the system choose.
     * @param backlog requests that may wait for an answer, at least 1.
     * @param handler called on the manager's thread with each request; it or any other thread accepts or rejects. It
     *                must not block. A request whose handler throws, be it an exception or an error, is rejected, and
     *                the failure is logged.
     * @return the listener.
     * @throws ConnectionException      {@code ADDRESS_IN_USE} when the port is taken, {@code NO_SUCH_LOCAL_ADDRESS}
     *                                  when the address is not the device's, {@code MANAGER_ENDED} when this manager
     *                                  has ended.
     * @throws IllegalArgumentException when the address is not resolved or the backlog less than 1.
     * @throws IllegalStateException    when this manager is closed.
     */
    public Listener listen(
        final InetSocketAddress address, final int backlog, final Consumer<ConnectionRequest> handler) {
        requireResolved("address", address);
        Objects.requireNonNull(handler, "handler");
        if (backlog < 1) {
            throw new IllegalArgumentException("backlog is " + backlog + "; it must be at least 1");
        }
        Listener listener = null;
        boolean listening = false;
        try {
            listener = dispatcher.create(
                identifier -> new Listener(dispatcher, identifier, device, handler), Listener::target);
            final ConnectionIdentifierOperations identifier = listener.identifier();
            identifier.bind(address);
            requireOwnDevice(identifier, address);
            listener.listensOn(identifier.localAddress());
            identifier.listen(backlog);
            listening = true;
            return listener;
        } catch (final ProviderException e) {
            throw new ConnectionException("cannot listen on " + device, e);
        } finally {
            if (listener != null && !listening) {
                listener.close();
            }
        }
    }

    private void requireOwnDevice(final ConnectionIdentifierOperations identifier, final InetSocketAddress address) {
        final String bound = identifier.deviceName();
        if (bound != null && !bound.equals(device.name())) {
            throw new ConnectionException(Reason.NO_SUCH_LOCAL_ADDRESS, AddressText.of(address)
                + " belongs to device " + bound + ", not to " + device.name());
        }
    }

    /**
     * Connects and waits for it.
     *
     * <p>When it fails, nothing is left of the attempt, and the queue pair can be closed, or reset and used again.
     *
     * @param local      local address to connect from, or null to let the routes decide.
     * @param remote     address and port of a listener.
     * @param queuePair  queue pair of a context of this device that no other connection uses, in state RESET, or INIT
     *                   with its first receives posted; it is taken to READY_TO_SEND.
     * @param parameters what to request.
     * @param timeout    time limit for the whole. One that is zero or negative has passed before anything is sent; one
     *                   beyond 292 years is as good as that.
     * @return the established connection.
     * @throws ConnectionException      when it cannot be made within the time limit, or the thread is interrupted,
     *                                  whose interrupt status stays set; the {@link Reason} says why.
     * @throws IllegalArgumentException when an address is not resolved, the remote one names no single host or no port,
     *                                  the private data is too long, or the queue pair is of another device or of no
     *                                  reliable connection.
     * @throws IllegalStateException    on the manager's own thread, when this manager is closed, or when the queue pair
     *                                  is closed, connected or used by another connection.
     */
    public Connection connect(
        final InetSocketAddress local, final InetSocketAddress remote, final QueuePair queuePair,
        final ConnectionParameters parameters, final Duration timeout) {
        if (dispatcher.isCurrentThread()) {
            throw new IllegalStateException("connect would wait for the events that only this thread reads;"
                + " use connectAsync in handlers");
        }
        final CompletableFuture<Connection> attempt = connectAsync(local, remote, queuePair, parameters, timeout);
        try {
            return attempt.get();
        } catch (final InterruptedException e) {
            return interrupted(attempt, remote);
        } catch (final ExecutionException e) {
            throw thrownHere(e.getCause());
        }
    }

    private static Connection interrupted(
        final CompletableFuture<Connection> attempt, final InetSocketAddress remote) {
        Thread.currentThread().interrupt();
        if (attempt.cancel(true)) {
            throw new ConnectionFailures(false, AddressText.of(remote)).of(
                Reason.INTERRUPTED, "the thread was interrupted while it waited, and has given up");
        }
        if (attempt.isCompletedExceptionally()) {
            throw thrownHere(attempt.exceptionNow());
        }
        return attempt.resultNow();
    }

    /** The failure of an attempt, which has the stack of the manager's thread, with that of the caller. */
    private static RuntimeException thrownHere(final Throwable failure) {
        if (failure instanceof ConnectionException named) {
            named.addSuppressed(new Throwable("connect was called here"));
            return named;
        }
        return new IllegalStateException("an attempt to connect failed without a reason", failure);
    }

    /**
     * Connects without waiting.
     *
     * @param local      local address to connect from, or null to let the routes decide.
     * @param remote     address and port of a listener.
     * @param queuePair  queue pair of a context of this device that no other connection uses, in state RESET, or INIT
     *                   with its first receives posted; it is taken to READY_TO_SEND.
     * @param parameters what to request.
     * @param timeout    time limit for the whole, as of {@link #connect}.
     * @return completes with the established connection, or with a {@link ConnectionException}, on the manager's
     *     thread, or when the time limit passes on another. To cancel it, or to complete it in any other way, gives the
     *     attempt up, and the queue pair can be closed then.
     * @throws ConnectionException      when the attempt cannot even begin; the {@link Reason} says why.
     * @throws IllegalArgumentException as {@link #connect}.
     * @throws IllegalStateException    when this manager is closed, or the queue pair is closed, connected or used by
     *                                  another connection.
     */
    public CompletableFuture<Connection> connectAsync(
        final InetSocketAddress local, final InetSocketAddress remote, final QueuePair queuePair,
        final ConnectionParameters parameters, final Duration timeout) {
        if (local != null) {
            requireResolved("local", local);
        }
        requireListenerAddress(remote);
        Objects.requireNonNull(queuePair, "queuePair");
        Objects.requireNonNull(parameters, "parameters").requireRequestSize();
        final long timeoutNs = nanoseconds(Objects.requireNonNull(timeout, "timeout"));
        final QueuePairClaim claim = QueuePairClaim.take(queuePair, device.name(), device.provider(), toString());
        Connection connection = null;
        try {
            if (timeoutNs > 0) {
                connection = dispatcher.create(identifier ->
                    Connection.connecting(dispatcher, identifier, claim, parameters, remote), Connection::target);
            }
        } catch (final ProviderException e) {
            throw new ConnectionException("cannot connect to " + AddressText.of(remote), e);
        } finally {
            if (connection == null) {
                claim.release();
            }
        }
        return connection != null ? connection.start(local, timeoutNs)
            : CompletableFuture.failedFuture(new ConnectionFailures(false, AddressText.of(remote))
                .of(Reason.TIMED_OUT, "the time limit of " + timeout + " had passed before anything was sent"));
    }

    private static long nanoseconds(final Duration timeout) {
        try {
            return timeout.toNanos();
        } catch (final ArithmeticException moreThanALongHolds) {
            return timeout.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    private static void requireListenerAddress(final InetSocketAddress remote) {
        requireResolved("remote", remote);
        final InetAddress host = remote.getAddress();
        if (host.isAnyLocalAddress() || host.isMulticastAddress()) {
            throw new IllegalArgumentException("remote is " + AddressText.of(remote)
                + ", which is not the address of one host");
        }
        if (remote.getPort() == 0) {
            throw new IllegalArgumentException("remote is " + AddressText.of(remote)
                + "; the port of a listener is 1 to 65535");
        }
    }

    private static void requireResolved(final String name, final InetSocketAddress address) {
        if (Objects.requireNonNull(address, name).isUnresolved()) {
            throw new IllegalArgumentException(
                name + " is " + AddressText.of(address) + ", which is not resolved: there is no such host name");
        }
    }

    /**
     * Stops the event thread and closes the event channel; requests nobody answered are rejected, and connections that
     * have ended closed. Closing again does nothing.
     *
     * <p>It waits for a handler that is running. When the thread is interrupted in the meantime, it stops waiting; then
     * this manager begins nothing new, and closing it again completes what is left.
     *
     * @throws IllegalStateException when listeners or connections are open, the message counts them by class and names
     *                               some; then nothing has changed.
     * @throws ConnectionException   {@code INTERRUPTED} when the thread is interrupted while it waits, its interrupt
     *                               status stays set; {@code FAILED} when something could not be freed in order, each
     *                               instance a suppressed exception; the manager is closed all the same.
     */
    @Override
    public void close() {
        synchronized (closing) {
            if (!closed) {
                dispatcher.stop();
                awaitEventThread();
                closed = true;
                free();
            }
        }
    }

    /** An interrupt from before does not count: closing comes at the end of interrupted work as well. */
    private void awaitEventThread() {
        final boolean interruptedBefore = Thread.interrupted();
        boolean interrupted = interruptedBefore;
        try {
            dispatcher.awaitEnd();
        } catch (final InterruptedException e) {
            interrupted = true;
            throw new ConnectionException(Reason.INTERRUPTED, this + " is not closed yet: the thread was interrupted"
                + " while it waited for a handler of connection events to return; close it again");
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void free() {
        final Throwable failures = new Throwable();
        for (final EventTarget target : dispatcher.targets()) {
            try {
                target.close().run();
            } catch (final Throwable e) {
                failures.addSuppressed(e);
            }
        }
        try {
            operations.close();
        } catch (final Throwable e) {
            failures.addSuppressed(e);
        }
        if (failures.getSuppressed().length > 0) {
            throw notAllFreed(failures.getSuppressed());
        }
    }

    /** Names the first few, so that the message stays short. */
    private ConnectionException notAllFreed(final Throwable... failures) {
        final ConnectionException failure = new ConnectionException(Reason.FAILED, this + " is closed, but "
            + Arrays.stream(failures).limit(FAILURES_NAMED).map(Throwable::getMessage).collect(Collectors.joining(
                "; ", "", failures.length > FAILURES_NAMED ? "; and " + (failures.length - FAILURES_NAMED) + " more"
                    : "")));
        Arrays.stream(failures).forEach(failure::addSuppressed);
        return failure;
    }

    @Override
    public String toString() {
        return "ConnectionManager of " + device.name();
    }
}
