// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import dev.ffmverbs.softroce.port.Port;
import dev.ffmverbs.softroce.transport.QueuePairQueues;
import dev.ffmverbs.softroce.transport.ReliableConnection;
import dev.ffmverbs.softroce.transport.RequestPackets;
import dev.ffmverbs.softroce.transport.TransportService;
import dev.ffmverbs.softroce.transport.UnreliableConnection;
import dev.ffmverbs.softroce.transport.UnreliableDatagram;
import dev.ffmverbs.spi.constants.QueuePairTypes;
import java.lang.foreign.Arena;

/**
 * Creates the transport service of a queue pair.
 *
 * @param arena            provides memory. Must outlive the queue pair.
 * @param protectionDomain number of its protection domain.
 * @param port             its port.
 * @param queues           its queues.
 */
record QueuePairFactory(Arena arena, int protectionDomain, Port port, QueuePairQueues queues) {

    /** Returns whether this device has queue pairs of a type ({@code enum ibv_qp_type}). */
    static boolean supports(final int type) {
        return type == QueuePairTypes.RELIABLE_CONNECTION || type == QueuePairTypes.UNRELIABLE_CONNECTION
            || type == QueuePairTypes.UNRELIABLE_DATAGRAM;
    }

    /** Returns the operations that queue pairs of a supported type send, as {@link RequestPackets} lists them. */
    static int operations(final int type) {
        return switch (type) {
            case QueuePairTypes.RELIABLE_CONNECTION -> RequestPackets.OF_RELIABLE_CONNECTIONS;
            case QueuePairTypes.UNRELIABLE_CONNECTION -> RequestPackets.OF_UNRELIABLE_CONNECTIONS;
            default -> RequestPackets.OF_DATAGRAMS;
        };
    }

    /** Creates the service of a queue pair of a supported type. */
    TransportService create(final int type, final int number) {
        return switch (type) {
            case QueuePairTypes.RELIABLE_CONNECTION -> new ReliableConnection(
                arena, number, protectionDomain, port.transport(), queues.sends(), queues.receives(),
                queues.sendCompletions(), queues.receiveCompletions(), queues.signalAll());
            case QueuePairTypes.UNRELIABLE_CONNECTION ->
                new UnreliableConnection(arena, number, protectionDomain, port.transport(), queues);
            default -> new UnreliableDatagram(
                arena, number, protectionDomain, port.transport(), queues, port.local().pathMtuBytes());
        };
    }
}
