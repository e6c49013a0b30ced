// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.QueuePair;
import dev.ffmverbs.cm.ConnectionException.Reason;
import dev.ffmverbs.spi.ConnectionEventData;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.RejectReason;
import dev.ffmverbs.spi.ResolutionStatus;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;

/**
 * Creates the exceptions for connections that were not established. Each way to fail has one reason and one sentence,
 * whether an event or an earlier call detects the failure.
 *
 * <p>The table in {@link Reason} lists them.
 */
final class ConnectionFailures {

    private final boolean accepting;
    private final String subject;

    /**
     * Creates the exceptions of one side.
     *
     * @param accepting  true on the accepting side, false on the connecting side.
     * @param remoteText the peer's address as text.
     */
    ConnectionFailures(final boolean accepting, final String remoteText) {
        this(accepting, accepting ? "the connection of " + remoteText + " was not established"
            : "no connection to " + remoteText, "");
    }

    private ConnectionFailures(final boolean accepting, final String subject, final String detail) {
        this.accepting = accepting;
        this.subject = subject + detail;
    }

    /** Creates the exceptions for datagrams to an address. */
    static ConnectionFailures ofDatagrams(final String remoteText) {
        return new ConnectionFailures(false, "no datagrams to ", remoteText);
    }

    /** Closes a connection after a failure, to which it adds what closing throws. Returns the failure. */
    static <T extends Throwable> T closeAfter(final T failure, final Connection connection) {
        try {
            connection.close();
        } catch (final Throwable notFreed) {
            failure.addSuppressed(notFreed);
        }
        return failure;
    }

    ConnectionException of(final Reason reason, final String why) {
        return new ConnectionException(reason, subject + ": " + why);
    }

    ConnectionException of(final Reason reason, final String why, final Throwable cause) {
        final ConnectionException failure = of(reason, why);
        failure.initCause(cause);
        return failure;
    }

    /**
     * Returns the failure for a rejection. A listener that refuses sends one, and so does a peer that no longer waits.
     *
     * @param event    the event.
     * @param answered whether the peer has accepted already.
     * @return the failure.
     */
    private ConnectionException ofRejection(final ConnectionEventData event, final boolean answered) {
        final int status = event.status();
        if (accepting) {
            return withdrawalByPeer();
        }
        if (answered) {
            return endByPeer();
        }
        return switch (status) {
            case RejectReason.TIMEOUT -> of(Reason.PEER_GAVE_UP,
                "the peer accepted, and then stopped waiting for the confirmation");
            case RejectReason.STALE_CONNECTION -> of(Reason.STALE_CONNECTION, "the peer still knew an earlier"
                + " connection of this queue pair, or accepted and ended this one before the acceptance arrived;"
                + " try again");
            default -> new ConnectionException(
                Reason.REJECTED, subject + ": " + RejectionText.of(status), event.privateData());
        };
    }

    ConnectionException withdrawalByPeer() {
        return of(Reason.PEER_GAVE_UP, "the peer gave up first");
    }

    ConnectionException endByPeer() {
        return of(Reason.DISCONNECTED, accepting ? "the peer ended it first"
            : "the peer accepted, and ended the connection before it was established");
    }

    /**
     * Returns the failure for an event that reports one.
     *
     * @param event     the event.
     * @param answered  whether the peer has accepted already.
     * @param queuePair the queue pair of this side.
     * @return the failure.
     */
    ConnectionException ofEvent(final ConnectionEventData event, final boolean answered, final QueuePair queuePair) {
        final int status = event.status();
        return switch (ConnectionEventType.of(event.type())) {
            case ADDRESS_ERROR -> of(Reason.ADDRESS_UNREACHABLE, "the address cannot be resolved" + errorIn(status));
            case ROUTE_ERROR ->
                of(Reason.ROUTE_UNREACHABLE, "there is no route to it over an RDMA device" + errorIn(status));
            case UNREACHABLE -> unreachable(status, event.privateData());
            case REJECTED -> ofRejection(event, answered);
            case DEVICE_REMOVAL -> of(
                Reason.DEVICE_REMOVED, "device " + queuePair.device().name() + " was removed" + errorIn(status));
            case MULTICAST_ERROR -> of(Reason.FAILED, "the group cannot be joined" + errorIn(status));
            default -> QueuePairClaim.isClosed(queuePair) ? of(Reason.CLOSED, queuePair + " was closed in the meantime")
                : of(Reason.FAILED, "the transport could not establish it" + errorIn(status));
        };
    }

    /** Returns the failure to reach the peer, or its refusal to tell a queue pair for datagrams, which has a status. */
    private ConnectionException unreachable(final int status, final byte[] privateData) {
        if (status > 0) {
            return new ConnectionException(
                Reason.REJECTED, subject + ": " + ResolutionStatus.describe(status), privateData);
        }
        return of(Reason.UNREACHABLE, accepting ? "the peer does not confirm it" + errorIn(status)
            : "the peer does not answer" + errorIn(status));
    }

    private static String errorIn(final int status) {
        return status < 0 ? " (" + Errno.describe(-status) + ")" : "";
    }

    /**
     * Returns the failure for a call that the transport refused, as {@link #ofCall(ProviderException, boolean)} does.
     * Over iWARP, it looks for the queue pair by its number, and closing that is another reason to refuse.
     */
    ConnectionException ofCall(final ProviderException failure, final boolean answered, final QueuePair queuePair) {
        return !answered && QueuePairClaim.isClosed(queuePair)
            ? ofFailure(failure, queuePair) : ofCall(failure, answered);
    }

    /**
     * Returns the failure for a call that the transport refused. Arguments are checked before the call. The transport
     * therefore refuses a call as invalid only if the peer has ended the connection, and the event for that has not
     * arrived yet.
     *
     * @param failure  the refusal.
     * @param answered whether the peer has accepted, or this side is about to.
     * @return the failure.
     */
    ConnectionException ofCall(final ProviderException failure, final boolean answered) {
        if (answered && meansEnd(failure.errno())) {
            final ConnectionException peers = accepting ? withdrawalByPeer() : endByPeer();
            peers.initCause(failure);
            return peers;
        }
        return switch (failure.verb()) {
            case "rdma_resolve_route" ->
                of(Reason.ROUTE_UNREACHABLE, "no RDMA device has a route to it: " + failure.getMessage(), failure);
            case "rdma_connect" -> ofTransport(failure);
            default -> new ConnectionException(subject, failure);
        };
    }

    private static boolean meansEnd(final int errno) {
        return errno == Errno.EINVAL || errno == Errno.ENOTCONN || errno == Errno.ECONNRESET;
    }

    /** Returns the failure for a call that connects iWARP's TCP connection before it returns. */
    private ConnectionException ofTransport(final ProviderException failure) {
        return switch (failure.errno()) {
            case Errno.ECONNREFUSED -> of(Reason.REJECTED, RejectionText.of(-Errno.ECONNREFUSED), failure);
            case Errno.ETIMEDOUT, Errno.EHOSTUNREACH, Errno.ENETUNREACH, Errno.EHOSTDOWN, Errno.ECONNRESET ->
                of(Reason.UNREACHABLE, "the peer does not answer (" + Errno.describe(failure.errno()) + ")", failure);
            default -> new ConnectionException(subject, failure);
        };
    }

    /** Returns the failure for an error on this side, for example because the queue pair was closed. */
    ConnectionException ofFailure(final Throwable failure, final QueuePair queuePair) {
        return QueuePairClaim.isClosed(queuePair)
            ? of(Reason.CLOSED, queuePair + " was closed in the meantime", failure)
            : of(Reason.FAILED, queuePair + " cannot be connected: " + failure.getMessage(), failure);
    }

    /** Returns the failure for a time limit that had passed before anything was sent. */
    ConnectionException ofLimitBeforeStart(final Duration timeout) {
        return of(Reason.TIMED_OUT, "the time limit of " + timeout + " had passed before anything was sent");
    }

    /** Returns the failure for the exception that completed the future of an attempt. */
    ConnectionException ofAttempt(final Throwable failure, final QueuePair queuePair) {
        final Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return switch (cause) {
            case ConnectionException named -> named;
            case TimeoutException timeout -> of(Reason.TIMED_OUT, "the time limit passed; check that the address is"
                + " right, that somebody answers requests there, and that UDP port 4791 is open on the path");
            default -> ofFailure(cause, queuePair);
        };
    }
}
