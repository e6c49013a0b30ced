// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.memory.MemoryTable;
import dev.ffmverbs.softroce.memory.RegisteredMemory;
import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.RdmaHeader;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.Syndrome;
import dev.ffmverbs.spi.constants.AccessFlags;
import dev.ffmverbs.spi.constants.CompletionFlags;
import dev.ffmverbs.spi.constants.CompletionOpcodes;
import dev.ffmverbs.spi.constants.CompletionStatuses;
import java.lang.invoke.VarHandle;

/** The multi-packet SEND or WRITE that a responder is receiving, and the receive that it consumes. */
final class IncomingMessage {

    /** Result for a packet that needs a receive when none is posted. */
    static final int NO_RECEIVE = -1;

    private static final int KINDS = Opcode.SEND | Opcode.WRITE;

    private final ReceiveQueue receives;
    private final ScatterGather scatter;
    private final MemoryTable memory;
    private final int protectionDomain;
    private final CompletionSink completions;
    private final int queuePair;
    private final CurrentReceive receive;

    /** {@link Opcode#SEND} or {@link Opcode#WRITE} in the middle of a message, else 0. */
    private int kind;
    private long receivedBytes;
    private long writeAddress;
    private long writeBytes;
    private int writeKey;

    IncomingMessage(
        final int queuePair, final ReceiveQueue receives, final CurrentReceive receive,
        final ScatterGather scatter, final TransportContext context, final int protectionDomain,
        final CompletionSink completions) {
        this.queuePair = queuePair;
        this.receives = receives;
        this.receive = receive;
        this.scatter = scatter;
        this.memory = context.memory();
        this.protectionDomain = protectionDomain;
        this.completions = completions;
    }

    /**
     * Returns whether a packet may follow the previous one. A first packet must not interrupt a message, and a later
     * one must belong to one.
     */
    boolean isInSequence(final int traits) {
        return (traits & Opcode.FIRST) != 0 ? kind == 0 : kind != 0 && kind == (traits & KINDS);
    }

    /** Returns whether a packet has the right length. All packets of a message except the last are full. */
    static boolean fitsMtu(final RocePacket packet, final int traits, final int mtu) {
        final int bytes = packet.payloadBytes();
        return (traits & Opcode.PAYLOAD) == 0
            || ((traits & Opcode.LAST) != 0 ? bytes <= mtu : bytes == mtu && packet.bth().padBytes() == 0);
    }

    /** Processes a packet of a SEND. Returns a syndrome or {@link #NO_RECEIVE}. */
    int send(final RocePacket packet, final int traits) {
        final boolean first = (traits & Opcode.FIRST) != 0;
        if (first && !takeReceive()) {
            return NO_RECEIVE;
        }
        final long offset = first ? 0 : receivedBytes;
        final int bytes = packet.payloadBytes();
        if (bytes > receive.capacityBytes() - offset) {
            complete(CompletionStatuses.LOCAL_LENGTH_ERROR, 0, packet, 0);
            return Syndrome.NAK_INVALID_REQUEST;
        }
        if (!scatter.scatter(
            receive.elementList(), 0, offset, packet.segment(), packet.payloadOffset(), bytes)) {
            complete(CompletionStatuses.LOCAL_PROTECTION_ERROR, 0, packet, 0);
            return Syndrome.NAK_REMOTE_OPERATIONAL_ERROR;
        }
        if ((traits & Opcode.INVALIDATE) != 0
            && !memory.windows().invalidate(packet.ieth().rkey(), protectionDomain, queuePair)) {
            complete(CompletionStatuses.WORK_REQUEST_FLUSHED, 0, packet, 0);
            return Syndrome.NAK_REMOTE_ACCESS_ERROR;
        }
        advance(Opcode.SEND, traits, offset + bytes);
        if (kind == 0) {
            complete(CompletionStatuses.SUCCESS, CompletionOpcodes.RECEIVE, packet, (int) receivedBytes);
        }
        return Syndrome.ACKNOWLEDGE;
    }

    /** Processes a packet of a WRITE. Returns a syndrome or {@link #NO_RECEIVE}. */
    int write(final RocePacket packet, final int traits) {
        if ((traits & Opcode.FIRST) != 0) {
            writeAddress = packet.reth().remoteAddress();
            writeKey = packet.reth().rkey();
            writeBytes = packet.reth().dmaLengthBytes();
            receivedBytes = 0;
            if (writeBytes > RdmaHeader.MAX_DMA_LENGTH_BYTES) {
                return Syndrome.NAK_INVALID_REQUEST;
            }
            if (writeBytes > 0 && find(writeAddress, writeBytes) == null) {
                return Syndrome.NAK_REMOTE_ACCESS_ERROR;
            }
        }
        final boolean last = (traits & Opcode.LAST) != 0;
        final int bytes = packet.payloadBytes();
        final long left = writeBytes - receivedBytes;
        if (last ? bytes != left : bytes >= left) {
            return Syndrome.NAK_INVALID_REQUEST;
        }
        final boolean immediate = (traits & Opcode.IMMEDIATE) != 0;
        if (immediate && !takeReceive()) {
            return NO_RECEIVE;
        }
        if (bytes > 0 && !place(packet, bytes)) {
            return Syndrome.NAK_REMOTE_ACCESS_ERROR;
        }
        advance(Opcode.WRITE, traits, receivedBytes + bytes);
        if (immediate) {
            complete(CompletionStatuses.SUCCESS, CompletionOpcodes.RECEIVE_RDMA_WITH_IMMEDIATE, packet,
                (int) writeBytes);
        }
        return Syndrome.ACKNOWLEDGE;
    }

    /** Takes the next receive, which may be that of an abandoned message. Returns false if none is posted. */
    private boolean takeReceive() {
        return receive.isPresent() || receives.take(receive);
    }

    private boolean place(final RocePacket packet, final int bytes) {
        final long address = writeAddress + receivedBytes;
        final RegisteredMemory region = find(address, bytes);
        return region != null && region.write(packet.segment(), packet.payloadOffset(), address, bytes);
    }

    private RegisteredMemory find(final long address, final long bytes) {
        return memory.findForPeer(writeKey, protectionDomain, queuePair, AccessFlags.REMOTE_WRITE, address, bytes);
    }

    private void advance(final int newKind, final int traits, final long newReceivedBytes) {
        // Placed data is visible before its completion, and before its acknowledgement leaves.
        VarHandle.releaseFence();
        kind = (traits & Opcode.LAST) != 0 ? 0 : newKind;
        receivedBytes = newReceivedBytes;
    }

    private void complete(final int status, final int operation, final RocePacket packet, final int bytes) {
        final int traits = Opcode.traits(packet.bth().opcode());
        int flags = 0;
        int value = 0;
        if ((traits & Opcode.IMMEDIATE) != 0) {
            flags = CompletionFlags.WITH_IMMEDIATE;
            value = packet.immDt().value();
        } else if ((traits & Opcode.INVALIDATE) != 0) {
            flags = CompletionFlags.WITH_INVALIDATE;
            value = packet.ieth().rkey();
        }
        completions.complete(receive.workRequestId(), status, 0, operation, bytes, value, flags, queuePair,
            packet.bth().isSolicited());
        receive.release();
    }

    /**
     * Gives up the message in progress, if there is one, and continues with the next. Its receive is used for the next,
     * unless the queue is shared. It then completes with an error, because other connections wait for receives.
     */
    void abandon() {
        kind = 0;
        if (receive.isPresent() && receives.isShared()) {
            completions.complete(receive.workRequestId(), CompletionStatuses.REMOTE_INVALID_REQUEST, 0, 0, 0, 0,
                0, queuePair, false);
            receive.release();
        }
    }

    /** Discards the message in progress. */
    void reset() {
        kind = 0;
        receive.release();
    }

    /**
     * Completes all receives as flushed, starting with that of the message in progress. A shared queue keeps its
     * receives.
     */
    void flush() {
        kind = 0;
        while (receive.isPresent() || !receives.isShared() && receives.take(receive)) {
            completions.complete(
                receive.workRequestId(), CompletionStatuses.WORK_REQUEST_FLUSHED, 0, 0, 0, 0, 0, queuePair, false);
            receive.release();
        }
    }

    /** Returns whether other connections take receives from the same queue. */
    boolean hasSharedQueue() {
        return receives.isShared();
    }

    /** Discards all posted receives, unless the queue is shared. */
    void clear() {
        reset();
        if (!receives.isShared()) {
            receives.clear();
        }
    }
}
