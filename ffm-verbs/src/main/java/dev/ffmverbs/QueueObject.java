// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.ProcessBarrier;
import dev.ffmverbs.spi.ProviderException;

/**
 * A verbs object on the data path, to which requests are posted or from which completions are taken. Its calls are so
 * short that two atomic additions would double their time. Each thread therefore records its calls in a {@link
 * CallSlot}.
 *
 * <p>This requires a barrier of the provider, which is executed when the object is closed or confined. Without a
 * barrier, calls are counted as in any {@link VerbsObject}. The software device has none, because it also works without
 * native access. Its part of a call takes many times as long as the two additions.
 */
abstract class QueueObject extends ProviderObject {

    /** Null where calls are counted. */
    private final CallSlots slots;

    /**
     * Creates an open object.
     *
     * @param context the context it belongs to.
     * @param parents objects that must outlive this one.
     */
    QueueObject(final Context context, final VerbsObject... parents) {
        this(context.device(), context.processBarrier(), parents);
    }

    /**
     * Creates an open object.
     *
     * @param device  the device it belongs to.
     * @param barrier the provider's barrier; null when it has none.
     * @param parents objects that must outlive this one.
     */
    QueueObject(final Device device, final ProcessBarrier barrier, final VerbsObject... parents) {
        super(device, parents);
        this.slots = barrier == null ? null : new CallSlots(barrier);
    }

    /**
     * Begins a call of the data path. The object cannot be freed until {@link #leave(CallSlot)}. Only for short calls
     * that do not block; other calls use {@link #enter}.
     *
     * @return the argument for {@link #leave(CallSlot)}; null if the object is confined to this thread, so that nothing
     *         is recorded.
     */
    final CallSlot enterCall() {
        final Thread thread = Thread.currentThread();
        if (isConfinedTo(thread)) {
            return null;
        }
        final CallSlot slot = slotOf(thread);
        if (slot == null) {
            enter();
            return CallSlot.COUNTED;
        }
        slot.begin();
        int found = -1;
        try {
            found = uses();
        } finally {
            if (found < 0) {
                slot.release();
            }
        }
        if (found < 0) {
            throw refusal(found);
        }
        return slot;
    }

    /** Returns the slot of the calling thread; null if its calls are counted. */
    private CallSlot slotOf(final Thread thread) {
        final CallSlots present = slots;
        if (present == null) {
            return null;
        }
        final CallSlot found = present.of(thread);
        return found != null ? found : present.claim(thread);
    }

    /**
     * Ends a call.
     *
     * @param slot what {@link #enterCall} returned.
     */
    final void leave(final CallSlot slot) {
        if (slot == null) {
            return;
        }
        if (slot == CallSlot.COUNTED) {
            leave(true);
        } else {
            slot.release();
        }
    }

    @Override
    final void settleNotedCalls() throws ProviderException {
        if (slots != null) {
            slots.settle();
        }
    }

    @Override
    final boolean hasNotedCalls() {
        return slots != null && slots.areInCall();
    }
}
