// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.constants.SendFlags;
import dev.ffmverbs.spi.constants.WorkRequestOpcodes;
import dev.ffmverbs.spi.layout.SendRequestLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** What a send request asks for, in words: its opcode and the fields of {@code struct ibv_send_wr} that it has. */
final class RequestText {

    private static final ValueLayout.OfInt NETWORK_INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);

    private static final Map<Integer, String> OPCODES = Map.ofEntries(
        Map.entry(WorkRequestOpcodes.RDMA_WRITE, "WRITE"),
        Map.entry(WorkRequestOpcodes.RDMA_WRITE_WITH_IMMEDIATE, "WRITE_WITH_IMMEDIATE"),
        Map.entry(WorkRequestOpcodes.SEND, "SEND"),
        Map.entry(WorkRequestOpcodes.SEND_WITH_IMMEDIATE, "SEND_WITH_IMMEDIATE"),
        Map.entry(WorkRequestOpcodes.RDMA_READ, "READ"),
        Map.entry(WorkRequestOpcodes.COMPARE_AND_SWAP, "COMPARE_AND_SWAP"),
        Map.entry(WorkRequestOpcodes.FETCH_AND_ADD, "FETCH_AND_ADD"),
        Map.entry(WorkRequestOpcodes.LOCAL_INVALIDATE, "LOCAL_INVALIDATE"),
        Map.entry(WorkRequestOpcodes.BIND_MEMORY_WINDOW, "BIND_MEMORY_WINDOW"),
        Map.entry(WorkRequestOpcodes.SEND_WITH_INVALIDATE, "SEND_WITH_INVALIDATE"));

    private static final List<Integer> WITH_REMOTE_MEMORY = List.of(
        WorkRequestOpcodes.RDMA_WRITE, WorkRequestOpcodes.RDMA_WRITE_WITH_IMMEDIATE, WorkRequestOpcodes.RDMA_READ);
    private static final List<Integer> ATOMIC =
        List.of(WorkRequestOpcodes.COMPARE_AND_SWAP, WorkRequestOpcodes.FETCH_AND_ADD);
    private static final List<Integer> WITH_IMMEDIATE =
        List.of(WorkRequestOpcodes.RDMA_WRITE_WITH_IMMEDIATE, WorkRequestOpcodes.SEND_WITH_IMMEDIATE);
    private static final List<Integer> INVALIDATING =
        List.of(WorkRequestOpcodes.SEND_WITH_INVALIDATE, WorkRequestOpcodes.LOCAL_INVALIDATE);

    private RequestText() {
    }

    /** The opcode and what it needs. */
    static String operation(final MemorySegment request) {
        final int opcode = request.get(ValueLayout.JAVA_INT, SendRequestLayout.OPCODE);
        final StringBuilder text = new StringBuilder(OPCODES.getOrDefault(opcode, "opcode " + opcode));
        if (WITH_REMOTE_MEMORY.contains(opcode)) {
            appendRemote(text, request, SendRequestLayout.RDMA_REMOTE_ADDRESS, SendRequestLayout.RDMA_RKEY);
        } else if (ATOMIC.contains(opcode)) {
            appendRemote(text, request, SendRequestLayout.ATOMIC_REMOTE_ADDRESS, SendRequestLayout.ATOMIC_RKEY);
            text.append(opcode == WorkRequestOpcodes.FETCH_AND_ADD ? ", add=" : ", compare=")
                .append(request.get(ValueLayout.JAVA_LONG, SendRequestLayout.ATOMIC_COMPARE_OR_ADD));
            if (opcode == WorkRequestOpcodes.COMPARE_AND_SWAP) {
                text.append(", swap=").append(request.get(ValueLayout.JAVA_LONG, SendRequestLayout.ATOMIC_SWAP));
            }
        }
        if (WITH_IMMEDIATE.contains(opcode)) {
            text.append(", immediateData=").append(request.get(NETWORK_INT, SendRequestLayout.IMMEDIATE_DATA));
        } else if (INVALIDATING.contains(opcode)) {
            text.append(", invalidatedRkey=")
                .append(hex(request.get(ValueLayout.JAVA_INT, SendRequestLayout.INVALIDATE_RKEY)));
        }
        return text.toString();
    }

    private static void appendRemote(
        final StringBuilder text, final MemorySegment request, final long addressOffset, final long rkeyOffset) {
        text.append(", remoteAddress=0x").append(Long.toHexString(request.get(ValueLayout.JAVA_LONG, addressOffset)))
            .append(", rkey=").append(hex(request.get(ValueLayout.JAVA_INT, rkeyOffset)));
    }

    /** Where a datagram goes. */
    static String destination(final MemorySegment request, final AddressHandle handle) {
        return ", to=" + handle
            + ", remoteQueuePair=" + request.get(ValueLayout.JAVA_INT, SendRequestLayout.DATAGRAM_QUEUE_PAIR)
            + ", queueKey=" + hex(request.get(ValueLayout.JAVA_INT, SendRequestLayout.DATAGRAM_QUEUE_KEY));
    }

    /** The flags that are set. */
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
