// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.spi.Errno;

/**
 * What happened to one end of a connection.
 *
 * @param kind    what.
 * @param status  0, a negative error number, or a {@link RejectReason}.
 * @param message the reply or rejection received, or null.
 */
record EndpointEvent(Kind kind, int status, ManagementMessage message) {

    /** What can happen; each is one event of {@code rdma_cm}. */
    enum Kind {
        /** The peer accepted our request. */
        REPLIED,
        /** The peer confirmed our reply, or its data arrived. */
        ESTABLISHED,
        /** The peer refused, or gave up. */
        REJECTED,
        /** The peer left a request or reply unanswered until time was up. */
        UNREACHABLE,
        /** The connection ended. */
        DISCONNECTED,
        /** Nothing of the ended connection can arrive any more. */
        TIME_WAIT_OVER
    }

    static EndpointEvent of(final Kind kind) {
        return new EndpointEvent(kind, 0, null);
    }

    static EndpointEvent timedOut(final Kind kind) {
        return new EndpointEvent(kind, -Errno.ETIMEDOUT, null);
    }

    static EndpointEvent replied(final ManagementMessage reply) {
        return new EndpointEvent(Kind.REPLIED, 0, reply);
    }

    /** The peer said that there will be no connection. */
    static EndpointEvent rejectedBy(final ManagementMessage rejection) {
        return new EndpointEvent(Kind.REJECTED, rejection.getInt(AnswerFields.REASON), rejection);
    }

    /** There will be no connection, though no rejection came. */
    static EndpointEvent rejectedFor(final int reason) {
        return new EndpointEvent(Kind.REJECTED, reason, null);
    }
}
