// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;

/** A listener or a connection could not be made, or ended before it was established. */
public final class ConnectionException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
        /** Another listener of this machine has the port. */
        ADDRESS_IN_USE,
        /** The local address is not one of this machine, or of no RDMA device. */
        NO_SUCH_LOCAL_ADDRESS,
        /** The remote address could not be resolved: nobody has it, or there is no route to it. */
        ADDRESS_UNREACHABLE,
        /** There is no route to the remote address over an RDMA device. */
        ROUTE_UNREACHABLE,
        /** The remote address does not answer connection requests. */
        UNREACHABLE,
        /** The peer refused: nobody listens on the port, or the listener rejected the request. */
        REJECTED,
        /** The time limit passed. */
        TIMED_OUT,
        /** The connection ended, from either side, before it was established. */
        DISCONNECTED,
        /** The device was removed. */
        DEVICE_REMOVED,
        /** Any other failure; the message has the verb and its error number. */
        FAILED
    }

    /** Why it failed. */
    private final Reason reason;

    /** What a rejecting peer sent along. */
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
            default -> Reason.FAILED;
        };
    }

    /**
     * Why it failed.
     *
     * @return the reason.
     */
    public Reason reason() {
        return reason;
    }

    /**
     * What a rejecting peer sent along.
     *
     * @return up to 148 bytes, which the transport may have padded with zeros; empty when there was nothing.
     */
    public byte[] privateData() {
        return privateData.clone();
    }
}
