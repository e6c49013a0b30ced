// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.memory.MemoryTable;
import dev.ffmverbs.softroce.memory.RegisteredMemory;
import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.PacketSequenceNumber;
import dev.ffmverbs.softroce.wire.RdmaHeader;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.Syndrome;
import dev.ffmverbs.spi.constants.AccessFlags;
import dev.ffmverbs.spi.constants.EventTypes;
import dev.ffmverbs.spi.constants.FlushPlacements;
import dev.ffmverbs.spi.constants.FlushSelections;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Executes the requests of the peer, in order and once, and answers them.
 *
 * <p>Packets that are out of sequence, repeated or not allowed are handled as in Linux rxe ({@code rxe_resp.c}), except
 * that a packet after an RNR NAK is dropped without another NAK.
 */
final class Responder {

    private final ReliableConnection connection;
    private final MemoryTable memory;
    private final int protectionDomain;
    private final IncomingMessage message;
    private final ReplyQueue replies;
    private final TransportCounters counters;

    private int mtu;
    private int minRnrTimer;
    private int expectedPsn;
    private int messageSequenceNumber;
    private int remoteRights;
    /** Whether the expected packet was refused or requested again. Until it arrives, later packets get no response. */
    private boolean refused;

    Responder(
        final ReliableConnection connection, final IncomingMessage message, final OutgoingPackets out,
        final TransportContext context, final int protectionDomain) {
        this.connection = connection;
        this.memory = context.memory();
        this.protectionDomain = protectionDomain;
        this.message = message;
        this.replies = new ReplyQueue(out, context, protectionDomain, connection);
        this.counters = context.counters();
    }

    void connect(final ReceiveAttributes attributes) {
        mtu = attributes.pathMtuBytes();
        minRnrTimer = attributes.minRnrTimer();
        expectedPsn = attributes.firstPsn();
        messageSequenceNumber = 0;
        refused = false;
        message.reset();
        replies.connect(attributes.maxReadAtomic(), mtu);
    }

    int expectedPsn() {
        return expectedPsn;
    }

    void remoteRights(final int rights) {
        remoteRights = rights;
    }

    void minRnrTimer(final int timerCode) {
        minRnrTimer = timerCode;
    }

    /** Sends the queued replies, up to a number of packets. Returns how many it sent. */
    int transmit(final int maxPackets) {
        int sent = 0;
        while (sent < maxPackets) {
            final boolean endsInError = replies.endsInError();
            if (!replies.sendNext()) {
                return sent;
            }
            sent++;
            if (endsInError) {
                connection.fail();
                return sent;
            }
        }
        return sent;
    }

    /** Discards the queued replies. The message in progress keeps its receive. */
    void stop() {
        replies.clear();
    }

    void receive(final RocePacket packet) {
        if (replies.isFatal()) {
            counters.increment(TransportCounter.DROPPED_STATE);
            return;
        }
        final int psn = packet.bth().packetSequenceNumber();
        final int ahead = PacketSequenceNumber.distance(expectedPsn, psn);
        if (ahead > 0) {
            counters.increment(TransportCounter.DROPPED_OUT_OF_SEQUENCE);
            if (!refused) {
                refused = true;
                replies.refuse(Syndrome.NAK_SEQUENCE_ERROR, expectedPsn, messageSequenceNumber);
            }
        } else if (ahead < 0) {
            counters.increment(TransportCounter.DUPLICATE_REQUESTS);
            repeat(packet, psn);
        } else {
            if (refused) {
                refused = false;
                replies.withdrawRefusal();
            }
            answer(packet, psn, execute(packet, psn));
        }
    }

    private void repeat(final RocePacket packet, final int psn) {
        if (Opcode.is(packet.bth().opcode(), Opcode.SEND | Opcode.WRITE)) {
            replies.acknowledgeAgain(psn, PacketSequenceNumber.plus(expectedPsn, -1), messageSequenceNumber);
        } else if (!replies.repeat(packet, psn)) {
            counters.increment(TransportCounter.DROPPED_FORGOTTEN_DUPLICATES);
        }
    }

    /** Answers the expected packet according to the result of its execution. */
    private void answer(final RocePacket packet, final int psn, final int outcome) {
        if (outcome != Syndrome.ACKNOWLEDGE) {
            refused = true;
            replies.refuse(outcome, psn, messageSequenceNumber);
            if (!Syndrome.isReceiverNotReady(outcome)) {
                connection.report(outcome == Syndrome.NAK_REMOTE_ACCESS_ERROR
                    ? EventTypes.QUEUE_PAIR_ACCESS_ERROR : EventTypes.QUEUE_PAIR_REQUEST_ERROR);
            }
        } else if (Opcode.is(packet.bth().opcode(), Opcode.SEND | Opcode.WRITE)) {
            expectedPsn = PacketSequenceNumber.plus(psn, 1);
            if (Opcode.is(packet.bth().opcode(), Opcode.LAST)) {
                countMessage();
            }
            if (packet.bth().isAcknowledgeRequested()) {
                replies.acknowledge(psn, messageSequenceNumber);
            }
        }
    }

    private void countMessage() {
        messageSequenceNumber = PacketSequenceNumber.plus(messageSequenceNumber, 1);
    }

    /** Executes the expected packet. Returns the syndrome of its response. */
    private int execute(final RocePacket packet, final int psn) {
        final int traits = Opcode.traits(packet.bth().opcode());
        if (!message.isInSequence(traits) || !IncomingMessage.fitsMtu(packet, traits, mtu)) {
            return Syndrome.NAK_INVALID_REQUEST;
        }
        final int outcome;
        if ((traits & Opcode.SEND) != 0) {
            outcome = message.send(packet, traits);
        } else if ((traits & Opcode.WRITE) != 0) {
            outcome = (remoteRights & AccessFlags.REMOTE_WRITE) == 0
                ? Syndrome.NAK_INVALID_REQUEST : message.write(packet, traits);
        } else if ((traits & Opcode.READ) != 0) {
            outcome = read(packet, psn);
        } else if ((traits & Opcode.ATOMIC) != 0) {
            outcome = atomic(packet, psn);
        } else if ((traits & Opcode.FLUSHES) != 0) {
            outcome = flush(packet, psn);
        } else if ((traits & Opcode.WRITES_WORD) != 0) {
            outcome = writeWord(packet, psn);
        } else {
            outcome = Syndrome.NAK_INVALID_REQUEST;
        }
        return outcome == IncomingMessage.NO_RECEIVE ? Syndrome.receiverNotReady(minRnrTimer) : outcome;
    }

    private int read(final RocePacket packet, final int psn) {
        final long bytes = packet.reth().dmaLengthBytes();
        final long address = packet.reth().remoteAddress();
        final int rkey = packet.reth().rkey();
        if ((remoteRights & AccessFlags.REMOTE_READ) == 0 || bytes > RdmaHeader.MAX_DMA_LENGTH_BYTES) {
            return Syndrome.NAK_INVALID_REQUEST;
        }
        if (bytes > 0 && memory.findForPeer(
            rkey, protectionDomain, connection.number(), AccessFlags.REMOTE_READ, address, bytes) == null) {
            return Syndrome.NAK_REMOTE_ACCESS_ERROR;
        }
        final ReadAtomicReply reply = replies.admit();
        if (reply == null) {
            return Syndrome.NAK_INVALID_REQUEST;
        }
        countMessage();
        final int packets = (int) Math.max(1, (bytes + mtu - 1) / mtu);
        reply.read(psn, packets, messageSequenceNumber, address, bytes, rkey);
        expectedPsn = PacketSequenceNumber.plus(psn, packets);
        return Syndrome.ACKNOWLEDGE;
    }

    private int atomic(final RocePacket packet, final int psn) {
        final long address = packet.atomicEth().remoteAddress();
        if ((remoteRights & AccessFlags.REMOTE_ATOMIC) == 0 || (address & Long.BYTES - 1) != 0) {
            return Syndrome.NAK_INVALID_REQUEST;
        }
        final RegisteredMemory region = memory.findForPeer(
            packet.atomicEth().rkey(), protectionDomain, connection.number(), AccessFlags.REMOTE_ATOMIC, address,
            Long.BYTES);
        if (region == null) {
            return Syndrome.NAK_REMOTE_ACCESS_ERROR;
        }
        if (!region.isWord(address) || !replies.hasRoom()) {
            return Syndrome.NAK_INVALID_REQUEST;
        }
        final long original;
        try {
            original = packet.bth().opcode() == Opcode.FETCH_ADD
                ? region.fetchAdd(address, packet.atomicEth().swapOrAdd())
                : region.compareSwap(address, packet.atomicEth().compare(), packet.atomicEth().swapOrAdd());
        } catch (final IllegalStateException | WrongThreadException | InternalError e) {
            // The owner freed the memory without deregistering it, or truncated the file behind it.
            return Syndrome.NAK_REMOTE_ACCESS_ERROR;
        }
        countMessage();
        replies.admit().atomic(psn, messageSequenceNumber, original);
        expectedPsn = PacketSequenceNumber.plus(psn, 1);
        return Syndrome.ACKNOWLEDGE;
    }

    /**
     * Executes a FLUSH. Every store before it is done, so that a fence makes them visible. Storage may take its time
     * for persistent memory, and the port waits.
     */
    private int flush(final RocePacket packet, final int psn) {
        final int placement = packet.flushEth().placement() & (FlushPlacements.GLOBAL | FlushPlacements.PERSISTENT);
        final int rights = ((placement & FlushPlacements.GLOBAL) != 0 ? AccessFlags.FLUSH_GLOBAL : 0)
            | ((placement & FlushPlacements.PERSISTENT) != 0 ? AccessFlags.FLUSH_PERSISTENT : 0);
        if (rights == 0 || (remoteRights & rights) != rights) {
            return Syndrome.NAK_INVALID_REQUEST;
        }
        final RdmaHeader range = packet.flushEth().range();
        final boolean whole = packet.flushEth().selection() == FlushSelections.REGION;
        final RegisteredMemory region = whole
            ? memory.findWholeForPeer(range.rkey(), protectionDomain, connection.number(), rights)
            : memory.findForPeer(range.rkey(), protectionDomain, connection.number(), rights, range.remoteAddress(),
                range.dmaLengthBytes());
        if (region == null) {
            return Syndrome.NAK_REMOTE_ACCESS_ERROR;
        }
        if (!replies.hasRoom()) {
            return Syndrome.NAK_INVALID_REQUEST;
        }
        VarHandle.fullFence();
        if ((placement & FlushPlacements.PERSISTENT) != 0) {
            try {
                region.force(whole ? region.iova() : range.remoteAddress(),
                    whole ? region.lengthBytes() : range.dmaLengthBytes());
            } catch (final IllegalStateException | WrongThreadException | InternalError e) {
                return Syndrome.NAK_REMOTE_ACCESS_ERROR;
            } catch (final UncheckedIOException | UnsupportedOperationException e) {
                return Syndrome.NAK_REMOTE_OPERATIONAL_ERROR;
            }
        }
        return answerEmpty(psn);
    }

    private int writeWord(final RocePacket packet, final int psn) {
        final long address = packet.reth().remoteAddress();
        if ((remoteRights & AccessFlags.REMOTE_WRITE) == 0 || packet.reth().dmaLengthBytes() != Long.BYTES
            || packet.payloadBytes() != Long.BYTES) {
            return Syndrome.NAK_INVALID_REQUEST;
        }
        final RegisteredMemory region = memory.findForPeer(packet.reth().rkey(), protectionDomain,
            connection.number(), AccessFlags.REMOTE_WRITE, address, Long.BYTES);
        if (region == null) {
            return Syndrome.NAK_REMOTE_ACCESS_ERROR;
        }
        if (!region.isWord(address) || !replies.hasRoom()) {
            return Syndrome.NAK_INVALID_REQUEST;
        }
        try {
            region.setWord(address, packet.segment().get(ValueLayout.JAVA_LONG_UNALIGNED, packet.payloadOffset()));
        } catch (final IllegalStateException | WrongThreadException | InternalError e) {
            return Syndrome.NAK_REMOTE_ACCESS_ERROR;
        }
        return answerEmpty(psn);
    }

    /** Answers a request as a READ of no bytes is answered. */
    private int answerEmpty(final int psn) {
        countMessage();
        replies.admit().empty(psn, messageSequenceNumber);
        expectedPsn = PacketSequenceNumber.plus(psn, 1);
        return Syndrome.ACKNOWLEDGE;
    }

    @Override
    public String toString() {
        return "Responder of " + connection + ", expects PSN " + expectedPsn + ", message " + messageSequenceNumber
            + (refused ? ", has refused a request" : "");
    }
}
