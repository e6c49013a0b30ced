// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.QueuePair;
import dev.ffmverbs.VerbsException;
import dev.ffmverbs.cm.ConnectionException.Reason;
import dev.ffmverbs.spi.ConnectionEventData;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;

/**
 * Names why a connection was not established: one reason and one sentence for every way, the same whether an event told
 * it or a call that came before the event.
 *
 * <p>The table in {@link Reason} says what each stands for.
 */
final class ConnectionFailures {

    private final boolean accepting;
    private final String subject;

    /**
     * Names the failures of one side.
     *
     * @param accepting  true on the side that accepts, false on the side that asks.
     * @param remoteText the peer's address in words.
     */
    ConnectionFailures(final boolean accepting, final String remoteText) {
        this.accepting = accepting;
        this.subject = accepting ? "the connection of " + remoteText + " was not established"
            : "no connection to " + remoteText;
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
     * A rejection, which comes from either side: a listener that refuses, or a peer that no longer waits.
     *
     * @param event    the event.
     * @param answered whether the peer has accepted before.
     * @return the failure.
     */
    ConnectionException ofRejection(final ConnectionEventData event, final boolean answered) {
        final int status = event.status();
        if (accepting) {
            return peerGaveUp();
        }
        if (answered) {
            return endedByPeer();
        }
        return switch (status) {
            case RejectionText.TIMEOUT -> of(Reason.PEER_GAVE_UP,
                "the peer accepted, and gave up waiting for us to confirm");
            case RejectionText.STALE_CONNECTION -> of(Reason.STALE_CONNECTION, "the peer still knew an earlier"
                + " connection of this queue pair, or accepted and ended this one before we heard; try again");
            default -> new ConnectionException(
                Reason.REJECTED, subject + ": " + RejectionText.of(status), event.privateData());
        };
    }

    ConnectionException peerGaveUp() {
        return of(Reason.PEER_GAVE_UP, "the peer gave up first");
    }

    ConnectionException endedByPeer() {
        return of(Reason.DISCONNECTED, accepting ? "the peer ended it first"
            : "the peer accepted, and ended the connection before it was established");
    }

    ConnectionException unreachable(final int status) {
        return of(Reason.UNREACHABLE, accepting ? "the peer does not confirm it" + errorIn(status)
            : "the peer does not answer" + errorIn(status));
    }

    ConnectionException ofEvent(final Reason reason, final String why, final int status) {
        return of(reason, why + errorIn(status));
    }

    private static String errorIn(final int status) {
        return status < 0 ? " (" + Errno.describe(-status) + ")" : "";
    }

    /**
     * A call that the transport refused. After our own checks it refuses as invalid only what the peer has ended in the
     * meantime; the event that tells so is still on its way.
     *
     * @param failure  the refusal.
     * @param answered whether the peer has accepted, or this side is about to.
     * @return the failure.
     */
    ConnectionException ofCall(final ProviderException failure, final boolean answered) {
        if (answered && (failure.errno() == Errno.EINVAL || failure.errno() == Errno.ENOTCONN)) {
            final ConnectionException peers = accepting ? peerGaveUp() : endedByPeer();
            peers.initCause(failure);
            return peers;
        }
        return failure.verb().equals("rdma_resolve_route")
            ? of(Reason.ROUTE_UNREACHABLE, "no RDMA device leads to it: " + failure.getMessage(), failure)
            : new ConnectionException(subject, failure);
    }

    /** Something failed here, as it does when the queue pair was closed. */
    ConnectionException ofFailure(final Throwable failure, final QueuePair queuePair) {
        return isClosed(queuePair)
            ? of(Reason.CLOSED, queuePair + " was closed in the meantime", failure)
            : of(Reason.FAILED, queuePair + " cannot be connected: " + failure.getMessage(), failure);
    }

    /** One that is just being closed refuses calls before it counts as closed. */
    private static boolean isClosed(final QueuePair queuePair) {
        try {
            return queuePair.state() == null;
        } catch (final IllegalStateException closed) {
            return true;
        } catch (final VerbsException | WrongThreadException stillOpen) {
            return false;
        }
    }

    /** What the future of an attempt was completed with. */
    ConnectionException ofAttempt(final Throwable failure, final QueuePair queuePair) {
        final Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return switch (cause) {
            case ConnectionException named -> named;
            case TimeoutException timeout -> of(Reason.TIMED_OUT, "the time limit passed; is the address right, does"
                + " somebody answer the requests there, and is the path open for UDP port 4791?");
            default -> ofFailure(cause, queuePair);
        };
    }
}
