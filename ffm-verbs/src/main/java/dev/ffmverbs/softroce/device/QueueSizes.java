// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.ffmverbs.softroce.transport.ReceiveQueue;
import dev.ffmverbs.softroce.transport.SendQueue;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.layout.QueuePairCapacitiesLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Sizes of a queue pair's queues, as requested and as granted ({@code struct ibv_qp_cap}). */
final class QueueSizes {

    private QueueSizes() {
    }

    /** Refuses sizes beyond the device's limits. */
    static void require(final String verb, final MemorySegment sizes) throws ProviderException {
        final int sends = sizes.get(JAVA_INT, QueuePairCapacitiesLayout.SEND_REQUESTS);
        final int receives = sizes.get(JAVA_INT, QueuePairCapacitiesLayout.RECEIVE_REQUESTS);
        final int sendElements = sizes.get(JAVA_INT, QueuePairCapacitiesLayout.SEND_ELEMENTS);
        final int receiveElements = sizes.get(JAVA_INT, QueuePairCapacitiesLayout.RECEIVE_ELEMENTS);
        final int inlineBytes = sizes.get(JAVA_INT, QueuePairCapacitiesLayout.INLINE_BYTES);
        if (isBeyond(sends, DeviceLimits.MAX_REQUESTS) || isBeyond(receives, DeviceLimits.MAX_REQUESTS)
            || isBeyond(sendElements, DeviceLimits.MAX_ELEMENTS) || isBeyond(receiveElements, DeviceLimits.MAX_ELEMENTS)
            || isBeyond(inlineBytes, DeviceLimits.MAX_INLINE_BYTES)) {
            throw new ProviderException(verb, "max_send_wr=" + sends + ", max_recv_wr=" + receives
                + ", max_send_sge=" + sendElements + ", max_recv_sge=" + receiveElements + ", max_inline_data="
                + inlineBytes, Errno.EINVAL, "queues hold at most " + DeviceLimits.MAX_REQUESTS + " requests of "
                + DeviceLimits.MAX_ELEMENTS + " elements or " + DeviceLimits.MAX_INLINE_BYTES + " inline bytes");
        }
    }

    private static boolean isBeyond(final int size, final int limit) {
        return size < 0 || size > limit;
    }

    /** Creates a send queue for the operations of a transport service. */
    static SendQueue sendQueue(final Arena arena, final MemorySegment sizes, final int operations) {
        return new SendQueue(
            arena,
            sizes.get(JAVA_INT, QueuePairCapacitiesLayout.SEND_REQUESTS),
            sizes.get(JAVA_INT, QueuePairCapacitiesLayout.SEND_ELEMENTS),
            sizes.get(JAVA_INT, QueuePairCapacitiesLayout.INLINE_BYTES),
            operations);
    }

    static ReceiveQueue receiveQueue(final Arena arena, final MemorySegment sizes) {
        return new ReceiveQueue(
            arena,
            sizes.get(JAVA_INT, QueuePairCapacitiesLayout.RECEIVE_REQUESTS),
            sizes.get(JAVA_INT, QueuePairCapacitiesLayout.RECEIVE_ELEMENTS),
            false);
    }

    /** Writes the sizes granted. The sizes of a shared receive queue do not belong to the queue pair. */
    static void write(final MemorySegment sizes, final SendQueue sends, final ReceiveQueue receives) {
        sizes.set(JAVA_INT, QueuePairCapacitiesLayout.SEND_REQUESTS, sends.capacity());
        sizes.set(JAVA_INT, QueuePairCapacitiesLayout.SEND_ELEMENTS, sends.maxElements());
        sizes.set(JAVA_INT, QueuePairCapacitiesLayout.INLINE_BYTES, sends.maxInlineBytes());
        sizes.set(JAVA_INT, QueuePairCapacitiesLayout.RECEIVE_REQUESTS, receives.isShared() ? 0 : receives.capacity());
        sizes.set(JAVA_INT, QueuePairCapacitiesLayout.RECEIVE_ELEMENTS,
            receives.isShared() ? 0 : receives.maxElements());
    }
}
