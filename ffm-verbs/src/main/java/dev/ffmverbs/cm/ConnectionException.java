// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;

/** Thrown if a listener or connection cannot be created, or a connection ends before it is established. */
public final class ConnectionException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * The reasons why there is no listener or no connection.
     *
     * <p>The table lists every way an attempt can end, and the reason each side gets. The reason does not depend on
     * which side acts first, or on whether a call or an event detects the end. If two causes coincide, a side gets the
     * reason of either.
     *
     * <table class="striped">
     * <caption>How an attempt to connect can end</caption>
     * <thead><tr>
     * <th scope="col">what happens</th>
     * <th scope="col">{@code connect} fails with</th>
     * <th scope="col">{@code accept} or {@code whenEstablished()} fails with</th>
     * </tr></thead>
     * <tbody>
     * <tr><th scope="row">nobody has the address</th>
     * <td>{@link #ADDRESS_UNREACHABLE}, {@link #ROUTE_UNREACHABLE} or {@link #TIMED_OUT}</td><td></td></tr>
     * <tr><th scope="row">nobody listens on the port</th><td>{@link #REJECTED}</td><td></td></tr>
     * <tr><th scope="row">the listener rejects, its handler throws, or its manager is closed</th>
     * <td>{@link #REJECTED}</td><td></td></tr>
     * <tr><th scope="row">nobody answers, or the other node dies before it does</th>
     * <td>{@link #TIMED_OUT} or {@link #UNREACHABLE}</td><td></td></tr>
     * <tr><th scope="row">the time limit passes</th>
     * <td>{@link #TIMED_OUT}</td><td>{@link #PEER_GAVE_UP}</td></tr>
     * <tr><th scope="row">the future is cancelled</th>
     * <td>{@link java.util.concurrent.CancellationException}</td><td>{@link #PEER_GAVE_UP}</td></tr>
     * <tr><th scope="row">the connecting thread is interrupted</th>
     * <td>{@link #INTERRUPTED}</td><td>{@link #PEER_GAVE_UP}</td></tr>
     * <tr><th scope="row">the connecting side closes its queue pair</th>
     * <td>{@link #CLOSED}</td><td>{@link #PEER_GAVE_UP}</td></tr>
     * <tr><th scope="row">the connecting side gives up in any way, and its message about that is lost</th>
     * <td>as above</td><td>{@link #UNREACHABLE}</td></tr>
     * <tr><th scope="row">the connecting node dies after it was accepted</th>
     * <td></td><td>{@link #UNREACHABLE}</td></tr>
     * <tr><th scope="row">the confirmation is lost until the accepting side stops waiting</th>
     * <td>established, then disconnected; or {@link #PEER_GAVE_UP}</td><td>{@link #UNREACHABLE}</td></tr>
     * <tr><th scope="row">the accepting side closes or disconnects the connection at once</th>
     * <td>established, then disconnected; or {@link #DISCONNECTED}, {@link #STALE_CONNECTION}</td>
     * <td>{@link #CLOSED}</td></tr>
     * <tr><th scope="row">the connecting side disconnects at once, and its confirmation is lost</th>
     * <td>established, then disconnected</td><td>{@link #DISCONNECTED}</td></tr>
     * <tr><th scope="row">the peer still knows an earlier connection of the queue pair</th>
     * <td>{@link #STALE_CONNECTION}</td><td>{@link #PEER_GAVE_UP} for the earlier one</td></tr>
     * <tr><th scope="row">the thread of the manager ends</th>
     * <td>{@link #MANAGER_ENDED}</td><td>{@link #MANAGER_ENDED}</td></tr>
     * </tbody>
     * </table>
     */
    public enum Reason {
        /** Another listener of this machine uses the port. */
        ADDRESS_IN_USE,
        /** The local address does not belong to this machine, or not to an RDMA device. */
        NO_SUCH_LOCAL_ADDRESS,
        /** The remote address could not be resolved, because no host has it or there is no route to it. */
        ADDRESS_UNREACHABLE,
        /** There is no route to the remote address over an RDMA device. */
        ROUTE_UNREACHABLE,
        /** The peer does not answer a request, or does not confirm an acceptance. */
        UNREACHABLE,
        /** The peer rejected the request, because nobody listens on the port or the listener rejected it. */
        REJECTED,
        /** The time limit passed. */
        TIMED_OUT,
        /** The peer withdrew its request, or stopped waiting for the connection. */
        PEER_GAVE_UP,
        /**
         * The peer still had an earlier connection of this queue pair, which it has now ended, or it accepted this
         * one and ended it while the acceptance was in flight. Another attempt can succeed.
         */
        STALE_CONNECTION,
        /** The peer ended the connection before it was established on this side. */
        DISCONNECTED,
        /** This side closed the connection or its queue pair before it was established. */
        CLOSED,
        /** The thread was interrupted while it waited. Its interrupt status is set. */
        INTERRUPTED,
        /** The manager can no longer read its events. Close it and open another. */
        MANAGER_ENDED,
        /** The device was removed. */
        DEVICE_REMOVED,
        /** Any other failure. The message states the verb and its error number. */
        FAILED
    }

    /** Why it failed. */
    private final Reason reason;

    /** Private data of the rejection. */
    private final byte[] privateData;

    ConnectionException(final Reason reason, final String message, final byte[] privateData) {
        super(message);
        this.reason = reason;
        this.privateData = privateData.clone();
    }

    ConnectionException(final Reason reason, final String message) {
        this(reason, message, new byte[0]);
    }

    ConnectionException(final String what, final ProviderException cause) {
        super(what + ": " + cause.getMessage(), cause);
        this.reason = reasonOf(cause.errno());
        this.privateData = new byte[0];
    }

    private static Reason reasonOf(final int errno) {
        return switch (errno) {
            case Errno.EADDRINUSE -> Reason.ADDRESS_IN_USE;
            case Errno.EADDRNOTAVAIL, Errno.ENODEV -> Reason.NO_SUCH_LOCAL_ADDRESS;
            case Errno.ENETUNREACH, Errno.EHOSTUNREACH -> Reason.ADDRESS_UNREACHABLE;
            case Errno.ETIMEDOUT -> Reason.UNREACHABLE;
            case Errno.ECONNREFUSED -> Reason.REJECTED;
            default -> Reason.FAILED;
        };
    }

    /**
     * Returns why it failed.
     *
     * @return the reason.
     */
    public Reason reason() {
        return reason;
    }

    /**
     * Returns the private data of the peer's rejection.
     *
     * @return up to 148 bytes, which the transport may have padded with zeros; empty if there was no rejection.
     */
    public byte[] privateData() {
        return privateData.clone();
    }
}
