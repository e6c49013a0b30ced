// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.QueuePairOperations;
import dev.ffmverbs.spi.RequestMemory;
import dev.ffmverbs.spi.constants.QueuePairAttributeFlags;
import dev.ffmverbs.spi.constants.WorkRequestOpcodes;
import dev.ffmverbs.spi.layout.SendRequestLayout;
import java.lang.foreign.MemorySegment;

/**
 * What iWARP does not have, in comparison with InfiniBand and RoCE (RFC 5040, RFC 6580). It is refused before the
 * driver sees it. Drivers answer with a number, process it later, or look it up without a check.
 */
final class IwarpLimits {

    private IwarpLimits() {
    }

    static boolean concern(final Device device) {
        return device.transportType() == TransportType.IWARP;
    }

    /** Refuses a queue pair of another type than reliable connection. */
    static void requireReliable(final Device device, final String verb, final QueuePairType type)
        throws ProviderException {
        if (type != QueuePairType.RELIABLE_CONNECTION && concern(device)) {
            throw new ProviderException(verb, "type=" + type, Errno.EOPNOTSUPP,
                "iWARP has reliable connections only; InfiniBand and RoCE have the other types");
        }
    }

    /** Refuses an address handle. */
    static void requireDatagrams(final Device device) throws ProviderException {
        if (concern(device)) {
            throw new ProviderException("ibv_create_ah", "device=" + device.name(), Errno.EOPNOTSUPP,
                "iWARP has no datagrams, and so no address handles; InfiniBand and RoCE have them");
        }
    }

    /**
     * Refuses a state that only a connection manager can bring about, because it needs a TCP connection, and the reuse
     * of a queue pair that was connected.
     *
     * @param queuePair  the queue pair.
     * @param present    its state.
     * @param attributes what is to change.
     */
    static void requireTransition(
        final QueuePairControl queuePair, final QueuePairState present, final QueuePairAttributes attributes)
        throws ProviderException {
        if ((attributes.mask() & QueuePairAttributeFlags.STATE) == 0) {
            return;
        }
        final QueuePairState wanted = attributes.state();
        if (wanted == QueuePairState.READY_TO_RECEIVE || wanted == QueuePairState.READY_TO_SEND) {
            throw refusal(queuePair, present, wanted, "iWARP connects by address and port only, and the connection"
                + " manager then changes the state; use ConnectionManager of dev.ffmverbs.cm");
        }
        final boolean before = wanted == QueuePairState.RESET || wanted == QueuePairState.INIT;
        if (before && present != QueuePairState.RESET && present != QueuePairState.INIT) {
            throw refusal(queuePair, present, wanted,
                "iWARP connects a queue pair once; create another queue pair for another connection");
        }
    }

    private static ProviderException refusal(
        final QueuePairControl queuePair, final QueuePairState from, final QueuePairState to, final String advice) {
        return new ProviderException("ibv_modify_qp",
            "number=" + queuePair.number() + ", state " + from + " to " + to, Errno.EOPNOTSUPP, advice);
    }

    /** Refuses a request that iWARP does not have, before anything is posted. */
    static void requireOperation(final QueuePair queuePair, final MemorySegment request) {
        final int opcode = request.get(JAVA_INT, SendRequestLayout.OPCODE);
        switch (opcode) {
            case WorkRequestOpcodes.RDMA_WRITE, WorkRequestOpcodes.SEND, WorkRequestOpcodes.RDMA_READ,
                 WorkRequestOpcodes.SEND_WITH_INVALIDATE, WorkRequestOpcodes.LOCAL_INVALIDATE,
                 WorkRequestOpcodes.BIND_MEMORY_WINDOW -> { }
            default -> throw queuePair.exceptionFor("ibv_post_send", Errno.EOPNOTSUPP,
                "nothing was posted: iWARP has no " + WorkRequestOpcodes.name(opcode)
                    + "; it has SEND, RDMA WRITE and RDMA READ without immediate data");
        }
    }

    /**
     * Posts a chain of requests. When libsiw has room for the first of them only, it posts these, names the next one,
     * and returns 0 ({@code siw_post_send} of {@code siw.c}).
     *
     * @return as {@link QueuePairOperations#postSend}.
     */
    static int postSend(final QueuePairOperations operations, final RequestMemory first) {
        first.clearBad();
        final int errno = operations.postSend(first);
        return errno == 0 && first.badRequest() != 0 ? Errno.ENOMEM : errno;
    }
}
