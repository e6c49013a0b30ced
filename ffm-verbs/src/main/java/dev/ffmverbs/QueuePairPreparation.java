// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.QueuePairTransition;
import dev.ffmverbs.spi.constants.QueuePairAttributeFlags;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * How one end is connected by hand: what was asked for, what was chosen in addition, and the attributes of each change
 * of state that follow from it.
 *
 * @param own        what the peer must know.
 * @param port       the port.
 * @param gidIndex   index of the GID in the port's table.
 * @param settings   attributes of all changes of state, each of which takes those that it needs or allows.
 * @param readsLimit most READ and atomic requests that the device has outstanding for a queue pair.
 */
record QueuePairPreparation(
    QueuePairAddress own, PortAttributes port, int gidIndex, QueuePairAttributes settings, int readsLimit) {

    /** What the peer's address decides, and what follows from the change of state or from the GID. */
    private static final int NOT_TO_BE_SET = QueuePairAttributeFlags.STATE | QueuePairAttributeFlags.CURRENT_STATE
        | QueuePairAttributeFlags.PORT | QueuePairAttributeFlags.ADDRESS
        | QueuePairAttributeFlags.DESTINATION_QUEUE_PAIR | QueuePairAttributeFlags.RECEIVE_PACKET_SEQUENCE_NUMBER
        | QueuePairAttributeFlags.NOTIFY_WHEN_DRAINED;

    /** Allowed in every change of state of every type, and refused by devices that lack it. */
    private static final int OF_EVERY_TYPE = QueuePairAttributeFlags.RATE_LIMIT;

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int SEQUENCE_NUMBERS = 1 << 24;
    private static final int MAXIMUM_GID_INDEX = 255;

    /** As many as common NICs answer, so that a queue pair of a device with higher limits takes no more memory. */
    private static final int DEFAULT_INCOMING_READS = 16;
    private static final int DEFAULT_RNR_TIMER = 12;
    private static final int DEFAULT_TIMEOUT = 14;
    private static final int DEFAULT_RETRY_COUNT = 6;
    private static final int DEFAULT_RNR_RETRY_COUNT = 7;

    /**
     * Chooses what was not asked for.
     *
     * @param queuePair the queue pair.
     * @param source    the GID of this end.
     * @param asked     attributes that the program set.
     * @return the preparation; nothing has been changed.
     * @throws IllegalArgumentException when an attribute cannot be set, or is beyond a limit of the device or port.
     */
    static QueuePairPreparation of(
        final QueuePairControl queuePair, final GidEntry source, final QueuePairAttributes asked) {
        final QueuePairType type = queuePair.configuration().type();
        requireSettable(type, asked.mask());
        Ranges.check("index of the GID", source.index(), 0, MAXIMUM_GID_INDEX);
        final Context context = queuePair.protectionDomain().context();
        requirePresent(context, source);
        final PortAttributes port = context.portAttributes(source.port());
        final DeviceAttributes device = context.attributes();
        final QueuePairAttributes settings = new QueuePairAttributes().copyFrom(asked).port(source.port());
        if (asked.isMarked(QueuePairAttributeFlags.PATH_MTU)
            && asked.pathMtu().bytes() > port.activeMtu().bytes()) {
            throw new IllegalArgumentException("pathMtu is " + asked.pathMtu() + ", and port " + source.port() + " of "
                + context.device() + " has the active MTU " + port.activeMtu());
        }
        complete(settings, type, port, device);
        final int incomingReads = ifMarked(
            settings, QueuePairAttributeFlags.MAXIMUM_INCOMING_READS, settings.maximumIncomingReads());
        final int outgoingReads = ifMarked(
            asked, QueuePairAttributeFlags.MAXIMUM_OUTGOING_READS, asked.maximumOutgoingReads());
        requireAtMost("maximumIncomingReads", incomingReads, device.maximumIncomingReads(), context);
        requireAtMost("maximumOutgoingReads", outgoingReads, device.maximumOutgoingReads(), context);
        final QueuePairAddress own = new QueuePairAddress(type, queuePair.number(),
            settings.sendPacketSequenceNumber(),
            ifMarked(settings, QueuePairAttributeFlags.QUEUE_KEY, settings.queueKey()), source.gid(), source.type(),
            port.localIdentifier(), type == QueuePairType.UNRELIABLE_DATAGRAM ? port.activeMtu() : settings.pathMtu(),
            incomingReads, outgoingReads);
        return new QueuePairPreparation(own, port, source.index(), settings, device.maximumOutgoingReads());
    }

    /** Attributes that were read with a query have values that nobody set. */
    private static int ifMarked(final QueuePairAttributes attributes, final int flag, final int value) {
        return attributes.isMarked(flag) ? value : 0;
    }

    private static void requireSettable(final QueuePairType type, final int mask) {
        final int never = mask & NOT_TO_BE_SET;
        if (never != 0) {
            throw new IllegalArgumentException("prepare and connect choose " + QueuePairAttributeFlags.describe(never)
                + " themselves, from the GID and the peer's address");
        }
        final int none = mask & ~(OF_EVERY_TYPE | allowedFlags(QueuePairTransition.RESET_TO_INIT, type)
            | allowedFlags(QueuePairTransition.INIT_TO_READY_TO_RECEIVE, type)
            | allowedFlags(QueuePairTransition.READY_TO_RECEIVE_TO_READY_TO_SEND, type));
        if (none != 0) {
            throw new IllegalArgumentException("queue pairs of type " + type + " have no "
                + QueuePairAttributeFlags.describe(none));
        }
    }

    private static int requiredFlags(final QueuePairTransition transition, final QueuePairType type) {
        return transition.requiredAttributes(type.value());
    }

    private static int allowedFlags(final QueuePairTransition transition, final QueuePairType type) {
        return requiredFlags(transition, type) | transition.optionalAttributes(type.value());
    }

    /** An entry of another device, or one whose address has changed, leads nowhere. */
    private static void requirePresent(final Context context, final GidEntry source) {
        final Optional<GidEntry> present = context.gid(source.port(), source.index());
        if (present.isEmpty() || !present.get().gid().equals(source.gid()) || present.get().type() != source.type()) {
            throw new IllegalArgumentException(source + " is no entry of the GID table of " + context
                + ", which has there " + present.map(GidEntry::toString).orElse("none"));
        }
    }

    private static void requireAtMost(final String name, final int asked, final int limit, final Context context) {
        if (asked > limit) {
            throw new IllegalArgumentException(
                name + " is " + asked + ", and " + context.device() + " has at most " + limit);
        }
    }

    /** Sets what is needed and was not asked for. */
    private static void complete(
        final QueuePairAttributes settings, final QueuePairType type, final PortAttributes port,
        final DeviceAttributes device) {
        int missing = ~settings.mask() & (requiredFlags(QueuePairTransition.RESET_TO_INIT, type)
            | requiredFlags(QueuePairTransition.INIT_TO_READY_TO_RECEIVE, type)
            | requiredFlags(QueuePairTransition.READY_TO_RECEIVE_TO_READY_TO_SEND, type));
        for (; missing != 0; missing &= missing - 1) {
            switch (Integer.lowestOneBit(missing)) {
                case QueuePairAttributeFlags.PARTITION_KEY_INDEX -> settings.partitionKeyIndex(0);
                case QueuePairAttributeFlags.ACCESS_FLAGS -> settings.access();
                case QueuePairAttributeFlags.QUEUE_KEY -> settings.queueKey(RANDOM.nextInt() & Integer.MAX_VALUE);
                case QueuePairAttributeFlags.PATH_MTU -> settings.pathMtu(port.activeMtu());
                case QueuePairAttributeFlags.MAXIMUM_INCOMING_READS -> settings.maximumIncomingReads(
                    Math.clamp(device.maximumIncomingReads(), 0, DEFAULT_INCOMING_READS));
                case QueuePairAttributeFlags.MINIMUM_RNR_TIMER -> settings.minimumRnrTimer(DEFAULT_RNR_TIMER);
                case QueuePairAttributeFlags.TIMEOUT -> settings.timeout(DEFAULT_TIMEOUT);
                case QueuePairAttributeFlags.RETRY_COUNT -> settings.retryCount(DEFAULT_RETRY_COUNT);
                case QueuePairAttributeFlags.RNR_RETRY_COUNT -> settings.rnrRetryCount(DEFAULT_RNR_RETRY_COUNT);
                case QueuePairAttributeFlags.SEND_PACKET_SEQUENCE_NUMBER ->
                    settings.sendPacketSequenceNumber(RANDOM.nextInt(SEQUENCE_NUMBERS));
                default -> {
                    // The peer's address decides.
                }
            }
        }
    }

    /** Returns what a change takes of the settings: what it needs, and what it allows and no earlier one has taken. */
    private QueuePairAttributes settingsFor(
        final QueuePairState state, final QueuePairTransition transition, final int taken) {
        final int allowed = allowedFlags(transition, own.type());
        final QueuePairAttributes part = new QueuePairAttributes().copyFrom(settings)
            .keepMarked(requiredFlags(transition, own.type()) | allowed & ~taken);
        return part.state(state);
    }

    /** Returns the attributes of the change to INIT. */
    QueuePairAttributes forInit() {
        return settingsFor(QueuePairState.INIT, QueuePairTransition.RESET_TO_INIT, 0);
    }

    private int takenByInit() {
        return allowedFlags(QueuePairTransition.RESET_TO_INIT, own.type());
    }

    /** Returns the attributes of a datagram queue pair's change to READY_TO_RECEIVE, which needs no peer. */
    QueuePairAttributes forReceiving() {
        return settingsFor(
            QueuePairState.READY_TO_RECEIVE, QueuePairTransition.INIT_TO_READY_TO_RECEIVE, takenByInit());
    }

    /** Returns the attributes of the change to READY_TO_RECEIVE. */
    QueuePairAttributes forReceiving(final QueuePairAddress peer, final UnaryOperator<AddressVector> adjustment) {
        return forReceiving().pathMtu(QueuePairAgreement.pathMtu(own, peer))
            .addressVector(adjustment.apply(pathTo(peer))).destinationQueuePair(peer.number())
            .receivePacketSequenceNumber(peer.packetSequenceNumber());
    }

    /** Returns the attributes of a datagram queue pair's change to READY_TO_SEND, which needs no peer. */
    QueuePairAttributes forSending() {
        final int taken = takenByInit() | allowedFlags(QueuePairTransition.INIT_TO_READY_TO_RECEIVE, own.type());
        return settingsFor(
            QueuePairState.READY_TO_SEND, QueuePairTransition.READY_TO_RECEIVE_TO_READY_TO_SEND, taken)
            .markChanged(settings.mask() & OF_EVERY_TYPE);
    }

    /** Returns the attributes of the change to READY_TO_SEND. What was asked for stays, even if it is no READ. */
    QueuePairAttributes forSending(final QueuePairAddress peer) {
        final QueuePairAttributes attributes = forSending();
        return own.type() != QueuePairType.RELIABLE_CONNECTION
            || settings.isMarked(QueuePairAttributeFlags.MAXIMUM_OUTGOING_READS) ? attributes
            : attributes.maximumOutgoingReads(QueuePairAgreement.outgoingReads(peer, readsLimit));
    }

    /** Returns the path to a peer whose address fits. Within an InfiniBand subnet, the LID is the address. */
    AddressVector pathTo(final QueuePairAddress peer) {
        if (own.gidType() != GidType.INFINIBAND) {
            return AddressVector.of(peer.gid(), gidIndex, port.port());
        }
        final AddressVector path = AddressVector.ofLocalIdentifier(peer.localIdentifier(), port.port());
        return port.needsGlobalRoutingHeader() ? path.withDestination(peer.gid(), gidIndex) : path;
    }
}
