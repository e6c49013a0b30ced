// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.Context;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.UnsupportedVerbException;
import dev.ffmverbs.cm.ConnectionException.Reason;
import dev.ffmverbs.spi.AddressText;
import dev.ffmverbs.spi.ConnectionManagerOperations;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.VerbsProvider;
import dev.ffmverbs.spi.VerbsProviders;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Listens and connects on the addresses of one device or several ({@code rdma_create_event_channel(3)}).
 *
 * <p>Thread-safe. Its listeners and connections must be closed before it. The contexts it was opened with may be closed
 * earlier.
 */
public final class ConnectionManager implements AutoCloseable {

    /** Most failures that the message of {@link #close} describes. */
    private static final int FAILURES_NAMED = 3;

    private final ManagedDevices devices;
    private final ConnectionManagerOperations operations;
    private final EventDispatcher dispatcher;
    private final Datagrams datagrams;
    private final Object closing = new Object();
    private boolean closed;

    private ConnectionManager(final ManagedDevices devices, final ConnectionManagerOperations operations) {
        this.devices = devices;
        this.operations = operations;
        this.dispatcher = new EventDispatcher(devices.text(), operations);
        this.datagrams = new Datagrams(devices, dispatcher);
    }

    /**
     * Opens a connection manager for the addresses of a device ({@code rdma_create_event_channel(3)}).
     *
     * @param context an open context of the device; the queue pairs of connections may belong to any context of that
     *                device.
     * @return the connection manager, whose event thread is running.
     * @throws ConnectionException   if it cannot be opened, for example because librdmacm is missing.
     * @throws IllegalStateException if the context is closed.
     */
    public static ConnectionManager open(final Context context) {
        return open(List.of(context));
    }

    /**
     * Opens a connection manager for the addresses of several devices ({@code rdma_create_event_channel(3)}).
     *
     * <p>A listener on a wildcard address receives the requests to all of them, and {@link ConnectionRequest#context()}
     * returns the context of the device that a request arrived at.
     *
     * @param contexts one open context of each device, at least one; all devices have one provider. The queue pairs of
     *                 connections may belong to any context of these devices.
     * @return the connection manager, whose event thread is running.
     * @throws ConnectionException      if it cannot be opened, for example because librdmacm is missing.
     * @throws IllegalArgumentException if there is no context, or two of one device, or devices have several providers.
     * @throws IllegalStateException    if a context is closed.
     */
    public static ConnectionManager open(final Collection<Context> contexts) {
        final ManagedDevices devices = new ManagedDevices(contexts);
        final VerbsProvider provider = VerbsProviders.find(devices.provider()).orElseThrow();
        try {
            final ConnectionManagerOperations operations = provider.openConnectionManager(devices.names());
            boolean started = false;
            try {
                final ConnectionManager manager = new ConnectionManager(devices, operations);
                manager.dispatcher.start();
                started = true;
                return manager;
            } finally {
                if (!started) {
                    operations.close();
                }
            }
        } catch (final ProviderException e) {
            throw new ConnectionException("no connection manager for " + devices, e);
        }
    }

    ManagedDevices devices() {
        return devices;
    }

    EventDispatcher dispatcher() {
        return dispatcher;
    }

    /**
     * Returns the datagrams of this manager: queue pairs of peers by address and port, and multicast groups ({@code
     * RDMA_PS_UDP}).
     *
     * @return the datagrams.
     * @throws UnsupportedVerbException if all devices are iWARP, which has no datagrams.
     */
    public Datagrams datagrams() {
        devices.requireDatagrams();
        return datagrams;
    }

    /**
     * Looks up the addresses of a host, to connect to or to listen at ({@code rdma_getaddrinfo(3)}).
     *
     * @param host name or address of a host.
     * @param port port number, 0 to 65535.
     * @return the addresses, at least one.
     * @throws ConnectionException      if there is no such host ({@code ENOENT}), the name service does not answer for
     *                                  now ({@code EAGAIN}), or the lookup fails otherwise; the message says which.
     * @throws IllegalArgumentException if the port number is out of range.
     */
    public List<InetSocketAddress> lookUp(final String host, final int port) {
        Objects.requireNonNull(host, "host");
        ConnectionArguments.requirePort(port);
        try {
            return operations.lookUp(host, port);
        } catch (final ProviderException e) {
            throw new ConnectionException("cannot look up " + host, e);
        }
    }

    /**
     * Returns the address of the {@code struct rdma_event_channel} behind this manager, for functions of librdmacm that
     * this library lacks.
     *
     * <p>This manager owns the channel and reads its events, and drops those of identifiers that it does not know. The
     * address may be used until this manager is closed, and the channel must not be destroyed. Identifiers that a
     * program creates with it must be destroyed before. What is done to the structure is as unsafe as in C.
     *
     * @return a pointer to the structure, as a segment of length 0.
     * @throws dev.ffmverbs.UnsupportedVerbException if the devices have no C structures, as software devices.
     * @throws IllegalStateException if this manager is closed.
     */
    public MemorySegment nativeAddress() {
        return IdentifierOwner.addressOf(operations, devices.first(), this);
    }

    /**
     * Whether this manager reads its events. A manager that no longer does can neither listen nor connect. Close it and
     * open another.
     *
     * @return false once this manager is closed, or has ended because it repeatedly failed to read its events.
     */
    public boolean isRunning() {
        return dispatcher.isRunning();
    }

    /**
     * Passes every event to an observer, in order, on the manager's thread, before the event takes effect.
     *
     * @param newObserver called with each event; must not block. Anything it throws is logged and has no other effect.
     */
    public void observe(final Consumer<ConnectionEvent> newObserver) {
        dispatcher.observe(Objects.requireNonNull(newObserver, "newObserver"));
    }

    /**
     * Listens for connection requests ({@code rdma_bind_addr(3)}, {@code rdma_listen(3)}).
     *
     * <p>A listener on a wildcard address receives the requests to all devices of this manager. On kernel devices it
     * receives those to the other devices of the machine, too. {@link ConnectionRequest#device()} returns the device of
     * a request.
     *
     * @param address local address and port; port 0 lets the system choose.
     * @param backlog requests that may wait for an answer, at least 1. The others are rejected, or on software devices
     *                not taken until a place is free, so that their peers send them again.
     * @param handler called on the manager's thread with each request, which it or any other thread accepts or rejects.
     *                It must not block. If the handler throws an exception or an error, the request is rejected, and
     *                the failure is logged.
     * @param options options for the address, usually none.
     * @return the listener.
     * @throws ConnectionException      {@code ADDRESS_IN_USE} if the port is in use, {@code NO_SUCH_LOCAL_ADDRESS} if
     *                                  the address does not belong to a device of this manager,
     *                                  {@code MANAGER_ENDED} if this manager has ended.
     * @throws IllegalArgumentException if the address is not resolved or the backlog is less than 1.
     * @throws IllegalStateException    if this manager is closed.
     */
    public Listener listen(
        final InetSocketAddress address, final int backlog, final Consumer<? super ConnectionRequest> handler,
        final AddressOption... options) {
        Objects.requireNonNull(handler, "handler");
        return new Listening(devices, dispatcher, address, backlog, options).open(PortSpace.CONNECTIONS,
            new Listener.Service<>(event -> new ConnectionRequest(dispatcher, devices, event), handler));
    }

    /**
     * Connects and waits until the connection is established ({@code rdma_connect(3)}).
     *
     * <p>If it fails, nothing remains of the attempt, and the queue pair can be closed, or reset and used again.
     *
     * @param local      local address to connect from, or null to let the routes decide.
     * @param remote     address and port of a listener.
     * @param queuePair  queue pair of a context of these devices that no other connection uses, in state RESET, or INIT
     *                   with its first receives posted; it is taken to READY_TO_SEND.
     * @param parameters what to request.
     * @param timeout    time limit for the whole attempt. A zero or negative limit passes before anything is sent. A
     *                   limit longer than 292 years counts as 292 years.
     * @return the established connection.
     * @throws ConnectionException      if it is not established within the time limit, or the thread is interrupted.
     *                                  The {@link Reason} says why. The thread's interrupt status stays set.
     * @throws IllegalArgumentException if an address is not resolved, the remote address is not that of a single host
     *                                  or has no port, the private data is too long, or the queue pair is of another
     *                                  device or another type than reliable connection.
     * @throws IllegalStateException    on the manager's own thread, if this manager is closed, or if the queue pair is
     *                                  closed, connected or used by another connection.
     */
    public Connection connect(
        final InetSocketAddress local, final InetSocketAddress remote, final QueuePair queuePair,
        final ConnectionParameters parameters, final Duration timeout) {
        dispatcher.requireOtherThread("connect would wait for events that only this thread reads;"
            + " use connectAsync in handlers");
        return AttemptWait.await("connect", connectAsync(local, remote, queuePair, parameters, timeout),
            new ConnectionFailures(false, AddressText.of(remote)));
    }

    /**
     * Starts to connect and returns at once ({@code rdma_connect(3)}).
     *
     * @param local      local address to connect from, or null to let the routes decide.
     * @param remote     address and port of a listener.
     * @param queuePair  queue pair of a context of these devices that no other connection uses, in state RESET, or INIT
     *                   with its first receives posted; it is taken to READY_TO_SEND.
     * @param parameters what to request.
     * @param timeout    time limit for the whole attempt, as for {@link #connect}.
     * @return completes with the established connection, or with a {@link ConnectionException}, on the manager's
     *     thread, or on another thread when the time limit passes. Cancelling it, or completing it in any other way,
     *     ends the attempt. The queue pair can then be closed.
     * @throws ConnectionException      if the attempt cannot even begin; the {@link Reason} says why.
     * @throws IllegalArgumentException as {@link #connect}.
     * @throws IllegalStateException    if this manager is closed, or the queue pair is closed, connected or used by
     *                                  another connection.
     */
    public CompletableFuture<Connection> connectAsync(
        final InetSocketAddress local, final InetSocketAddress remote, final QueuePair queuePair,
        final ConnectionParameters parameters, final Duration timeout) {
        ConnectionArguments.requireEnds(local, remote);
        Objects.requireNonNull(queuePair, "queuePair");
        Objects.requireNonNull(parameters, "parameters").requireSize(ConnectionParameters.MAXIMUM_REQUEST_BYTES);
        final long timeoutNs = ConnectionArguments.nanoseconds(timeout);
        final QueuePairClaim claim = QueuePairClaim.take(
            queuePair, devices.names(), devices.provider(), toString());
        Connection connection = null;
        try {
            if (timeoutNs > 0) {
                connection = dispatcher.create(PortSpace.CONNECTIONS, identifier ->
                    new Connection(dispatcher, identifier, claim, parameters, remote, false), Connection::target);
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
                .ofLimitBeforeStart(timeout));
    }

    /**
     * Stops the event thread and closes the event channel ({@code rdma_destroy_event_channel(3)}). Unanswered requests
     * are rejected, and connections that have ended are closed. Closing again has no effect.
     *
     * <p>This method waits for a handler that is running. If the thread is interrupted, it stops waiting. This manager
     * then starts nothing new, and closing it again completes the work.
     *
     * @throws IllegalStateException if listeners or connections are open; the message counts them by class and names
     *                               some, and nothing changes.
     * @throws ConnectionException   {@code INTERRUPTED} if the thread is interrupted while it waits; its interrupt
     *                               status stays set. {@code FAILED} if something could not be freed; each failure is a
     *                               suppressed exception, and the manager is still closed.
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

    /**
     * Waits for the event thread. Ignores an earlier interrupt, because interrupted work also ends with a close.
     */
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
            throw closeFailure(failures.getSuppressed());
        }
    }

    /** Returns a failure whose message describes only the first few, so that it stays short. */
    private ConnectionException closeFailure(final Throwable... failures) {
        final ConnectionException failure = new ConnectionException(Reason.FAILED, this + " is closed, but "
            + Arrays.stream(failures).limit(FAILURES_NAMED).map(Throwable::getMessage).collect(Collectors.joining(
                "; ", "", failures.length > FAILURES_NAMED ? "; and " + (failures.length - FAILURES_NAMED) + " more"
                    : "")));
        Arrays.stream(failures).forEach(failure::addSuppressed);
        return failure;
    }

    @Override
    public String toString() {
        return "ConnectionManager of " + devices.text();
    }
}
