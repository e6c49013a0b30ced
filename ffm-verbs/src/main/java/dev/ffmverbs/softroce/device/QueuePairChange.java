// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.ffmverbs.softroce.transport.ReliableConnection;
import dev.ffmverbs.softroce.transport.TransportService;
import dev.ffmverbs.softroce.transport.UnreliableConnection;
import dev.ffmverbs.softroce.transport.UnreliableDatagram;
import dev.ffmverbs.softroce.wire.UdpPath;
import dev.ffmverbs.spi.constants.QueuePairAttributeFlags;
import dev.ffmverbs.spi.constants.QueuePairStates;
import dev.ffmverbs.spi.layout.QueuePairAttributesLayout;
import java.lang.foreign.MemorySegment;

/**
 * Makes a change of state and attributes take effect, after {@code QueuePairTransition} and {@link QueuePairSettings}
 * have found it valid.
 *
 * @param service  transport service of the queue pair, guarded by the dispatch lock.
 * @param settings what the queue pair remembers of its attributes.
 */
record QueuePairChange(TransportService service, QueuePairSettings settings) {

    /**
     * Makes a valid change. It succeeds.
     *
     * @param attributes a {@code struct ibv_qp_attr}.
     * @param mask       attributes given.
     * @param present    state of the queue pair.
     * @param target     state to change to.
     * @param path       path to the peer, or null unless the change makes a connection ready to receive.
     */
    void apply(
        final MemorySegment attributes, final int mask, final int present, final int target, final UdpPath path) {
        if (target == QueuePairStates.RESET) {
            service.reset();
            settings.clear();
        } else if (target == QueuePairStates.ERROR) {
            service.error();
        } else if (present != target) {
            advance(attributes, present, target, path);
        }
        switch (service) {
            case final ReliableConnection connection -> set(connection, attributes, mask);
            case final UnreliableConnection connection -> set(connection, attributes, mask);
            case final UnreliableDatagram datagram -> set(datagram, attributes, mask);
        }
        settings.keep(attributes, mask);
    }

    private void advance(
        final MemorySegment attributes, final int present, final int target, final UdpPath path) {
        if (target == QueuePairStates.SEND_QUEUE_DRAIN) {
            service.drain();
        } else if (present == QueuePairStates.SEND_QUEUE_DRAIN) {
            service.resume();
        } else {
            switch (service) {
                case final ReliableConnection connection -> advance(connection, attributes, target, path);
                case final UnreliableConnection connection -> advance(connection, attributes, target, path);
                case final UnreliableDatagram datagram -> advance(datagram, attributes, target);
            }
        }
    }

    private void advance(
        final ReliableConnection connection, final MemorySegment attributes, final int target, final UdpPath path) {
        switch (target) {
            case QueuePairStates.INIT ->
                connection.initialize(attributes.get(JAVA_INT, QueuePairAttributesLayout.ACCESS_FLAGS));
            case QueuePairStates.READY_TO_RECEIVE ->
                connection.readyToReceive(settings.receiveAttributes(attributes, path));
            default -> connection.readyToSend(settings.sendAttributes(attributes));
        }
    }

    private static void advance(
        final UnreliableConnection connection, final MemorySegment attributes, final int target, final UdpPath path) {
        switch (target) {
            case QueuePairStates.INIT ->
                connection.initialize(attributes.get(JAVA_INT, QueuePairAttributesLayout.ACCESS_FLAGS));
            case QueuePairStates.READY_TO_RECEIVE -> connection.readyToReceive(
                path,
                DeviceLimits.mtuBytes(attributes.get(JAVA_INT, QueuePairAttributesLayout.PATH_MTU)),
                attributes.get(JAVA_INT, QueuePairAttributesLayout.DESTINATION_QUEUE_PAIR),
                attributes.get(JAVA_INT, QueuePairAttributesLayout.RECEIVE_PACKET_SEQUENCE_NUMBER));
            default -> connection.readyToSend(
                attributes.get(JAVA_INT, QueuePairAttributesLayout.SEND_PACKET_SEQUENCE_NUMBER));
        }
    }

    private static void advance(final UnreliableDatagram datagram, final MemorySegment attributes, final int target) {
        switch (target) {
            case QueuePairStates.INIT ->
                datagram.initialize(attributes.get(JAVA_INT, QueuePairAttributesLayout.QUEUE_KEY));
            case QueuePairStates.READY_TO_RECEIVE -> datagram.readyToReceive();
            default -> datagram.readyToSend(
                attributes.get(JAVA_INT, QueuePairAttributesLayout.SEND_PACKET_SEQUENCE_NUMBER));
        }
    }

    private static void set(
        final UnreliableConnection connection, final MemorySegment attributes, final int mask) {
        if ((mask & QueuePairAttributeFlags.ACCESS_FLAGS) != 0) {
            connection.remoteRights(attributes.get(JAVA_INT, QueuePairAttributesLayout.ACCESS_FLAGS));
        }
    }

    private static void set(
        final UnreliableDatagram datagram, final MemorySegment attributes, final int mask) {
        if ((mask & QueuePairAttributeFlags.QUEUE_KEY) != 0) {
            datagram.queueKey(attributes.get(JAVA_INT, QueuePairAttributesLayout.QUEUE_KEY));
        }
    }

    private static void set(
        final ReliableConnection connection, final MemorySegment attributes, final int mask) {
        if ((mask & QueuePairAttributeFlags.ACCESS_FLAGS) != 0) {
            connection.remoteRights(attributes.get(JAVA_INT, QueuePairAttributesLayout.ACCESS_FLAGS));
        }
        if ((mask & QueuePairAttributeFlags.MINIMUM_RNR_TIMER) != 0) {
            connection.minRnrTimer(attributes.get(JAVA_BYTE, QueuePairAttributesLayout.MINIMUM_RNR_TIMER));
        }
    }
}
