// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.PacketSequenceNumber;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.Syndrome;
import dev.ffmverbs.spi.constants.AccessFlags;

/**
 * Executes the requests of the peer of an unreliable connection, as far as they arrive.
 *
 * <p>A message is executed only if all of its packets arrive in order. If not, its packets are dropped until the next
 * message begins. What a WRITE has already placed stays. Requests that memory or rights do not allow are dropped, as in
 * Linux rxe ({@code rxe_resp.c}). A SEND that does not fit its receive ends the connection.
 */
final class UnreliableResponder {

    private final TransportService service;
    private final IncomingMessage message;
    private final TransportCounters counters;
    private int mtu;
    private int expectedPsn;
    private int remoteRights;

    /** Whether packets are dropped until the next message begins. */
    private boolean dropping;

    UnreliableResponder(final TransportService service, final IncomingMessage message) {
        this.service = service;
        this.message = message;
        this.counters = service.context().counters();
    }

    void connect(final int pathMtuBytes, final int firstPsn) {
        mtu = pathMtuBytes;
        expectedPsn = firstPsn;
        dropping = false;
        message.reset();
    }

    void remoteRights(final int rights) {
        remoteRights = rights;
    }

    /** Processes a packet of the peer with a good checksum. */
    void receive(final RocePacket packet) {
        final int psn = packet.bth().packetSequenceNumber();
        final int traits = Opcode.traits(packet.bth().opcode());
        if ((traits & Opcode.FIRST) != 0) {
            message.abandon();
            dropping = false;
        } else if (dropping || psn != expectedPsn || !message.isInSequence(traits)) {
            drop(TransportCounter.DROPPED_OUT_OF_SEQUENCE);
            return;
        }
        expectedPsn = PacketSequenceNumber.plus(psn, 1);
        if (!IncomingMessage.fitsMtu(packet, traits, mtu)) {
            drop(TransportCounter.DROPPED_LENGTH);
        } else if ((traits & Opcode.SEND) != 0) {
            send(packet, traits);
        } else {
            write(packet, traits);
        }
    }

    private void send(final RocePacket packet, final int traits) {
        final int outcome = message.send(packet, traits);
        if (outcome == IncomingMessage.NO_RECEIVE) {
            drop(TransportCounter.DROPPED_NO_RECEIVE);
        } else if (outcome != Syndrome.ACKNOWLEDGE) {
            service.fail();
        }
    }

    private void write(final RocePacket packet, final int traits) {
        final int outcome = (remoteRights & AccessFlags.REMOTE_WRITE) == 0
            ? Syndrome.NAK_REMOTE_ACCESS_ERROR : message.write(packet, traits);
        if (outcome == IncomingMessage.NO_RECEIVE) {
            drop(TransportCounter.DROPPED_NO_RECEIVE);
        } else if (outcome != Syndrome.ACKNOWLEDGE) {
            drop(TransportCounter.DROPPED_ACCESS);
        }
    }

    private void drop(final TransportCounter reason) {
        counters.increment(reason);
        message.abandon();
        dropping = true;
    }

    /** Completes all receives as flushed. A shared queue keeps its receives. */
    void flush() {
        message.flush();
    }

    /** Discards all receives, unless the queue is shared. */
    void clear() {
        message.clear();
    }
}
