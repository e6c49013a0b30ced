// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.constants.WorkRequestOpcodes;
import dev.ffmverbs.spi.layout.SendRequestLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The verbs objects that a {@link SendRequest} names in addition to memory: the address handle of a datagram, or the
 * window and the region of a bind. They are entered when the request is posted, and left when the device has read it.
 */
final class RequestObjects {

    private final MemorySegment request;

    /** The destination of a datagram; null for other requests. */
    private AddressHandle addressHandle;

    /** The window of a bind; null for other requests. */
    private MemoryWindow window;
    private MemoryRegion windowRegion;

    /** Takes the {@code struct ibv_send_wr}, which receives a bind's key when the request is posted. */
    RequestObjects(final MemorySegment request) {
        this.request = request;
    }

    boolean isBind() {
        return window != null;
    }

    void nameDestination(final AddressHandle destination) {
        addressHandle = destination;
    }

    void nameBind(final MemoryWindow bound, final MemoryRegion region) {
        window = bound;
        windowRegion = region;
    }

    /** Clears the objects that a request with this opcode does not name. A bind is always cleared. */
    void forgetOthersThan(final int opcode) {
        if (window != null) {
            window = null;
            windowRegion = null;
        }
        if (opcode != WorkRequestOpcodes.SEND && opcode != WorkRequestOpcodes.SEND_WITH_IMMEDIATE) {
            addressHandle = null;
        }
    }

    void enter(final QueuePair queuePair) {
        queuePair.prepareRequest(request);
        final QueuePairType type = queuePair.configuration().type();
        if (type == QueuePairType.UNRELIABLE_CONNECTION) {
            requireUnanswered(queuePair);
        }
        if (type == QueuePairType.UNRELIABLE_DATAGRAM) {
            if (addressHandle == null) {
                throw new IllegalArgumentException(queuePair + " sends datagrams, but this request is no SEND with an"
                    + " address; call send().to(...)");
            }
            addressHandle.enterFor(queuePair);
        } else if (window != null) {
            window.enterFor(queuePair, windowRegion);
            request.set(ValueLayout.JAVA_INT, SendRequestLayout.BIND_RKEY, window.nextRkey());
        }
    }

    /** Refuses what only a reliable connection can send. Some drivers end the connection because of it instead. */
    private void requireUnanswered(final QueuePair queuePair) {
        final int opcode = request.get(ValueLayout.JAVA_INT, SendRequestLayout.OPCODE);
        if (opcode == WorkRequestOpcodes.RDMA_READ || opcode == WorkRequestOpcodes.COMPARE_AND_SWAP
            || opcode == WorkRequestOpcodes.FETCH_AND_ADD) {
            throw queuePair.exceptionFor("ibv_post_send", Errno.EOPNOTSUPP,
                "nothing was posted: an unreliable connection (IBV_QPT_UC) has no " + WorkRequestOpcodes.name(opcode)
                    + ", a reliable one (IBV_QPT_RC) has");
        }
    }

    void leave(final QueuePair queuePair, final boolean posted) {
        if (queuePair.configuration().type() == QueuePairType.UNRELIABLE_DATAGRAM) {
            addressHandle.leave();
        } else if (window != null) {
            if (posted) {
                window.noteBind(queuePair, request.get(ValueLayout.JAVA_INT, SendRequestLayout.BIND_RKEY));
            }
            windowRegion.leave();
            window.leave();
        }
    }

    @Override
    public String toString() {
        final AddressHandle handle = addressHandle;
        final MemoryWindow bound = window;
        return (handle == null ? "" : RequestText.destination(request, handle))
            + (bound == null ? "" : ", window=" + bound + ", region=" + windowRegion);
    }
}
