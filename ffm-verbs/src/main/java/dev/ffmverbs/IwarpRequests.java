// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.QueuePairOperations;
import dev.ffmverbs.spi.RequestMemory;
import dev.ffmverbs.spi.constants.SendFlags;
import dev.ffmverbs.spi.constants.WorkRequestOpcodes;
import dev.ffmverbs.spi.layout.ScatterGatherElementLayout;
import dev.ffmverbs.spi.layout.SendRequestLayout;
import java.lang.foreign.MemorySegment;

/**
 * The send requests of an iWARP queue pair. What iWARP does not have is refused before anything is posted. Linux siw
 * takes some of it into its queue, fails, and then fails at the same request forever; it reads into memory that an
 * older request named; or it ignores it.
 */
final class IwarpRequests {

    private final QueuePair queuePair;
    private final QueuePairOperations operations;

    IwarpRequests(final QueuePair queuePair, final QueuePairOperations operations) {
        this.queuePair = queuePair;
        this.operations = operations;
    }

    /**
     * Prepares a request for its driver, or refuses it if iWARP does not have it.
     *
     * @param request a {@code struct ibv_send_wr}.
     */
    void prepare(final MemorySegment request) {
        final int opcode = request.get(JAVA_INT, SendRequestLayout.OPCODE);
        switch (opcode) {
            case WorkRequestOpcodes.RDMA_WRITE, WorkRequestOpcodes.SEND, WorkRequestOpcodes.LOCAL_INVALIDATE,
                 WorkRequestOpcodes.BIND_MEMORY_WINDOW -> { }
            case WorkRequestOpcodes.RDMA_READ -> requireReadable(request);
            case WorkRequestOpcodes.SEND_WITH_INVALIDATE -> {
                requireNoInlineData(request, opcode);
                // libsiw sends the key of a READ or WRITE (push_send_wqe of siw.c), which other drivers ignore here.
                request.set(JAVA_INT, SendRequestLayout.RDMA_RKEY,
                    request.get(JAVA_INT, SendRequestLayout.INVALIDATE_RKEY));
            }
            default -> throw refusal("no " + WorkRequestOpcodes.name(opcode)
                + "; it has SEND, RDMA WRITE and RDMA READ without immediate data");
        }
    }

    /** The data of a READ arrives at one address, under one key (RFC 5040, 4.4). */
    private void requireReadable(final MemorySegment request) {
        final int buffers = request.get(JAVA_INT, SendRequestLayout.ELEMENT_COUNT);
        if (buffers != 1) {
            throw refusal("RDMA READ into one local buffer only, which may be of no bytes, and this request names "
                + buffers);
        }
        requireNoInlineData(request, WorkRequestOpcodes.RDMA_READ);
        if ((request.get(JAVA_INT, SendRequestLayout.FLAGS) & SendFlags.FENCE) != 0) {
            throw refusal("no fence before an RDMA READ, and needs none: the peer answers READs in their order");
        }
    }

    private void requireNoInlineData(final MemorySegment request, final int opcode) {
        if ((request.get(JAVA_INT, SendRequestLayout.FLAGS) & SendFlags.INLINE) != 0) {
            throw refusal("no inline data in " + WorkRequestOpcodes.name(opcode) + "; it has it in SEND and RDMA"
                + " WRITE");
        }
    }

    private VerbsException refusal(final String what) {
        return queuePair.exceptionFor("ibv_post_send", Errno.EOPNOTSUPP, "nothing was posted: iWARP has " + what);
    }

    /**
     * Posts a chain of requests. When libsiw takes the first of them only, it posts these, names the next one, and
     * returns 0 ({@code siw_post_send} of {@code siw.c}).
     *
     * @return as {@link QueuePairOperations#postSend}.
     */
    int post(final RequestMemory first) {
        first.clearBad();
        final int errno = operations.postSend(first);
        RequestMemory bad = first.badRequest() == 0 ? null : first;
        while (bad != null && bad.address() != first.badRequest()) {
            bad = bad.next();
        }
        return bad == null || errno != 0 && errno != Errno.EINVAL ? errno : reason(bad.segment());
    }

    /** Returns why a request was not taken, which libsiw does not tell. */
    private int reason(final MemorySegment request) {
        final QueuePairConfiguration granted = queuePair.configuration();
        if (request.get(JAVA_INT, SendRequestLayout.OPCODE) == WorkRequestOpcodes.LOCAL_INVALIDATE) {
            return Errno.EOPNOTSUPP;
        }
        final boolean inline = (request.get(JAVA_INT, SendRequestLayout.FLAGS) & SendFlags.INLINE) != 0;
        final boolean tooLarge = inline
            ? inlineBytes(request) > granted.inlineBytes()
            : request.get(JAVA_INT, SendRequestLayout.ELEMENT_COUNT) > granted.sendScatterGatherElements();
        return tooLarge ? Errno.EINVAL : Errno.ENOMEM;
    }

    /** Inline data is named by one element, which lies in the memory of the request. */
    private static int inlineBytes(final MemorySegment request) {
        final long element = request.get(JAVA_LONG, SendRequestLayout.ELEMENTS) - request.address();
        return request.get(JAVA_INT, element + ScatterGatherElementLayout.LENGTH);
    }
}
