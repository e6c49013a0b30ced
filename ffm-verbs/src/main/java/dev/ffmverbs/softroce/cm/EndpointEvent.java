// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.softroce.cm.message.AnswerFields;
import dev.ffmverbs.softroce.cm.message.ManagementMessage;
import dev.ffmverbs.softroce.cm.message.ResolutionFields;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.RejectReason;

/**
 * An event of one endpoint, or of a request for a queue pair.
 *
 * @param kind    what happened.
 * @param status  0, a negative error number, a {@link RejectReason} or a {@link dev.ffmverbs.spi.ResolutionStatus}.
 * @param message the reply or rejection received, or null.
 */
record EndpointEvent(Kind kind, int status, ManagementMessage message) {

    /** The kinds of events. Each kind corresponds to one event of {@code rdma_cm}. */
    enum Kind {
        /** The peer accepted the request of this end. */
        REPLIED,
        /** The peer answered a request for a queue pair. */
        RESOLVED,
        /** The peer confirmed the reply of this end, or its data arrived. */
        ESTABLISHED,
        /** The peer rejected the request, or gave up. */
        REJECTED,
        /** The peer did not answer a request or reply in time. */
        UNREACHABLE,
        /** The connection ended. */
        DISCONNECTED,
        /** Packets of the ended connection can no longer arrive. */
        TIME_WAIT_OVER
    }

    static EndpointEvent of(final Kind kind) {
        return new EndpointEvent(kind, 0, null);
    }

    static EndpointEvent ofTimeout(final Kind kind) {
        return new EndpointEvent(kind, -Errno.ETIMEDOUT, null);
    }

    static EndpointEvent ofReply(final ManagementMessage reply) {
        return new EndpointEvent(Kind.REPLIED, 0, reply);
    }

    /** Creates the event for the answer to a request for a queue pair. */
    static EndpointEvent ofResolution(final ManagementMessage reply) {
        return new EndpointEvent(Kind.RESOLVED, reply.get(ResolutionFields.STATUS), reply);
    }

    /** Creates the event for a rejection by the peer. */
    static EndpointEvent ofRejection(final ManagementMessage rejection) {
        return new EndpointEvent(Kind.REJECTED, rejection.get(AnswerFields.REASON), rejection);
    }

    /** Creates the event for a connection that fails without a rejection. */
    static EndpointEvent ofRefusal(final int reason) {
        return new EndpointEvent(Kind.REJECTED, reason, null);
    }
}
