// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import dev.ffmverbs.jextract.ibv_qp_cap;
import dev.ffmverbs.softroce.transport.ReceiveQueue;
import dev.ffmverbs.softroce.transport.SendQueue;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Sizes of a queue pair's queues: what was asked for, and what was given ({@code struct ibv_qp_cap}). */
final class QueueSizes {

    private QueueSizes() {
    }

    /** Refuses sizes beyond the device's limits. */
    static void require(final MemorySegment sizes) throws ProviderException {
        final int sends = ibv_qp_cap.max_send_wr(sizes);
        final int receives = ibv_qp_cap.max_recv_wr(sizes);
        final int sendElements = ibv_qp_cap.max_send_sge(sizes);
        final int receiveElements = ibv_qp_cap.max_recv_sge(sizes);
        final int inlineBytes = ibv_qp_cap.max_inline_data(sizes);
        if (isBeyond(sends, DeviceLimits.MAX_REQUESTS) || isBeyond(receives, DeviceLimits.MAX_REQUESTS)
            || isBeyond(sendElements, DeviceLimits.MAX_ELEMENTS) || isBeyond(receiveElements, DeviceLimits.MAX_ELEMENTS)
            || isBeyond(inlineBytes, DeviceLimits.MAX_INLINE_BYTES)) {
            throw new ProviderException("ibv_create_qp", "max_send_wr=" + sends + ", max_recv_wr=" + receives
                + ", max_send_sge=" + sendElements + ", max_recv_sge=" + receiveElements + ", max_inline_data="
                + inlineBytes, Errno.EINVAL, "queues hold at most " + DeviceLimits.MAX_REQUESTS + " requests of "
                + DeviceLimits.MAX_ELEMENTS + " elements or " + DeviceLimits.MAX_INLINE_BYTES + " inline bytes");
        }
    }

    private static boolean isBeyond(final int size, final int limit) {
        return size < 0 || size > limit;
    }

    static SendQueue sendQueue(final Arena arena, final MemorySegment sizes) {
        return new SendQueue(arena, ibv_qp_cap.max_send_wr(sizes), ibv_qp_cap.max_send_sge(sizes),
            ibv_qp_cap.max_inline_data(sizes));
    }

    static ReceiveQueue receiveQueue(final Arena arena, final MemorySegment sizes) {
        return new ReceiveQueue(arena, ibv_qp_cap.max_recv_wr(sizes), ibv_qp_cap.max_recv_sge(sizes), false);
    }

    /** Writes what was given; a shared receive queue's sizes are not the queue pair's. */
    static void write(final MemorySegment sizes, final SendQueue sends, final ReceiveQueue receives) {
        ibv_qp_cap.max_send_wr(sizes, sends.capacity());
        ibv_qp_cap.max_send_sge(sizes, sends.maxElements());
        ibv_qp_cap.max_inline_data(sizes, sends.maxInlineBytes());
        ibv_qp_cap.max_recv_wr(sizes, receives.isShared() ? 0 : receives.capacity());
        ibv_qp_cap.max_recv_sge(sizes, receives.isShared() ? 0 : receives.maxElements());
    }
}
