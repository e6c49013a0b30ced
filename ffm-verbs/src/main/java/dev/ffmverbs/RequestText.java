// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.constants.SendFlags;
import dev.ffmverbs.spi.constants.WorkRequestOpcodes;
import dev.ffmverbs.spi.layout.SendRequestLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.StringJoiner;

/** Describes a send request as text: its opcode, and the fields of {@code struct ibv_send_wr} that apply to it. */
final class RequestText {

    private static final ValueLayout.OfInt NETWORK_INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);

    private RequestText() {
    }

    /** Describes the opcode and the fields that apply to it. */
    static String operation(final MemorySegment request) {
        final int opcode = request.get(ValueLayout.JAVA_INT, SendRequestLayout.OPCODE);
        return switch (opcode) {
            case WorkRequestOpcodes.RDMA_WRITE -> "WRITE" + remoteMemory(request);
            case WorkRequestOpcodes.RDMA_WRITE_WITH_IMMEDIATE ->
                "WRITE_WITH_IMMEDIATE" + remoteMemory(request) + immediateData(request);
            case WorkRequestOpcodes.SEND -> "SEND";
            case WorkRequestOpcodes.SEND_WITH_IMMEDIATE -> "SEND_WITH_IMMEDIATE" + immediateData(request);
            case WorkRequestOpcodes.RDMA_READ -> "READ" + remoteMemory(request);
            case WorkRequestOpcodes.COMPARE_AND_SWAP -> "COMPARE_AND_SWAP" + remoteWord(request)
                + ", compare=" + request.get(ValueLayout.JAVA_LONG, SendRequestLayout.ATOMIC_COMPARE_OR_ADD)
                + ", swap=" + request.get(ValueLayout.JAVA_LONG, SendRequestLayout.ATOMIC_SWAP);
            case WorkRequestOpcodes.FETCH_AND_ADD -> "FETCH_AND_ADD" + remoteWord(request)
                + ", add=" + request.get(ValueLayout.JAVA_LONG, SendRequestLayout.ATOMIC_COMPARE_OR_ADD);
            case WorkRequestOpcodes.LOCAL_INVALIDATE -> "LOCAL_INVALIDATE" + invalidatedRkey(request);
            case WorkRequestOpcodes.BIND_MEMORY_WINDOW -> "BIND_MEMORY_WINDOW";
            case WorkRequestOpcodes.SEND_WITH_INVALIDATE -> "SEND_WITH_INVALIDATE" + invalidatedRkey(request);
            default -> "opcode " + opcode;
        };
    }

    private static String remoteMemory(final MemorySegment request) {
        return remote(request, SendRequestLayout.RDMA_REMOTE_ADDRESS, SendRequestLayout.RDMA_RKEY);
    }

    /** Atomic requests have the same two fields at other offsets. */
    private static String remoteWord(final MemorySegment request) {
        return remote(request, SendRequestLayout.ATOMIC_REMOTE_ADDRESS, SendRequestLayout.ATOMIC_RKEY);
    }

    private static String remote(final MemorySegment request, final long addressOffset, final long rkeyOffset) {
        return ", remoteAddress=0x" + Long.toHexString(request.get(ValueLayout.JAVA_LONG, addressOffset))
            + ", rkey=" + hex(request.get(ValueLayout.JAVA_INT, rkeyOffset));
    }

    private static String immediateData(final MemorySegment request) {
        return ", immediateData=" + request.get(NETWORK_INT, SendRequestLayout.IMMEDIATE_DATA);
    }

    private static String invalidatedRkey(final MemorySegment request) {
        return ", invalidatedRkey=" + hex(request.get(ValueLayout.JAVA_INT, SendRequestLayout.INVALIDATE_RKEY));
    }

    /** Describes the destination of a datagram. */
    static String destination(final MemorySegment request, final AddressHandle handle) {
        return ", to=" + handle
            + ", remoteQueuePair=" + request.get(ValueLayout.JAVA_INT, SendRequestLayout.DATAGRAM_QUEUE_PAIR)
            + ", queueKey=" + hex(request.get(ValueLayout.JAVA_INT, SendRequestLayout.DATAGRAM_QUEUE_KEY));
    }

    /** Describes the flags that are set. */
    static String flags(final MemorySegment request) {
        final int flags = request.get(ValueLayout.JAVA_INT, SendRequestLayout.FLAGS);
        final StringJoiner text = new StringJoiner("|", ", flags=", "").setEmptyValue(", flags=none");
        add(text, flags, SendFlags.SIGNALED, "SIGNALED");
        add(text, flags, SendFlags.FENCE, "FENCE");
        add(text, flags, SendFlags.SOLICITED, "SOLICITED");
        add(text, flags, SendFlags.INLINE, "INLINE");
        return text.toString();
    }

    private static void add(final StringJoiner text, final int flags, final int flag, final String name) {
        if ((flags & flag) != 0) {
            text.add(name);
        }
    }

    static String hex(final int key) {
        return "0x" + Integer.toHexString(key);
    }
}
