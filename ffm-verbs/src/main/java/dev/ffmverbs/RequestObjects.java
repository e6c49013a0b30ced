// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.constants.WorkRequestOpcodes;
import dev.ffmverbs.spi.layout.SendRequestLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The verbs objects that a {@link SendRequest} names in addition to memory: the address handle of a datagram, or the
 * window and the region of a bind. They are entered when the request is posted, and left when the device has read it.
 */
final class RequestObjects {

    private static final VarHandle ENTERED;

    static {
        try {
            ENTERED = MethodHandles.lookup().findVarHandle(RequestObjects.class, "entered", boolean.class)
                .withInvokeExactBehavior();
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final MemorySegment request;

    /** The destination of a datagram; null for other requests. */
    private AddressHandle addressHandle;

    /** The window of a bind; null for other requests. */
    private MemoryWindow window;
    private MemoryRegion windowRegion;

    /**
     * What was entered, and is left even if another thread has changed the request in between. Only one thread at a
     * time may change or post a request. One that does not keep to this must not make an object impossible to close.
     */
    private AddressHandle enteredHandle;
    private MemoryWindow enteredWindow;
    private MemoryRegion enteredRegion;

    /** Whether objects are entered, which only one thread can do at a time. */
    @SuppressWarnings("unused")
    private volatile boolean entered;

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
            final AddressHandle destination = addressHandle;
            if (destination == null) {
                throw new IllegalArgumentException(queuePair + " sends datagrams, but this request is no SEND with an"
                    + " address; call send().to(...)");
            }
            destination.enterFor(queuePair);
            if (!beginPost()) {
                destination.leave();
                throw alreadyPosted();
            }
            enteredHandle = destination;
            // The remote address of another operation is at the same place, and the driver follows it as a pointer.
            request.set(ValueLayout.JAVA_LONG, SendRequestLayout.DATAGRAM_ADDRESS_HANDLE,
                destination.operations().handle());
        } else {
            enterBind(queuePair, window, windowRegion);
        }
    }

    private void enterBind(final QueuePair queuePair, final MemoryWindow bound, final MemoryRegion region) {
        if (bound != null) {
            bound.enterFor(queuePair, region);
            if (!beginPost()) {
                region.leave();
                bound.leave();
                throw alreadyPosted();
            }
            enteredWindow = bound;
            enteredRegion = region;
            request.set(ValueLayout.JAVA_INT, SendRequestLayout.BIND_RKEY, bound.nextRkey());
        }
    }

    /** Returns false if another thread has not left the objects of this request yet. */
    private boolean beginPost() {
        return ENTERED.compareAndSet(this, false, true);
    }

    private static IllegalStateException alreadyPosted() {
        return new IllegalStateException("another thread posts this request at present; each thread needs requests"
            + " that no other thread uses");
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
        final AddressHandle handle = enteredHandle;
        final MemoryWindow bound = enteredWindow;
        if (handle != null) {
            enteredHandle = null;
            entered = false;
            handle.leave();
        } else if (bound != null) {
            final MemoryRegion region = enteredRegion;
            enteredWindow = null;
            enteredRegion = null;
            entered = false;
            if (posted) {
                bound.noteBind(queuePair, request.get(ValueLayout.JAVA_INT, SendRequestLayout.BIND_RKEY));
            }
            region.leave();
            bound.leave();
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
