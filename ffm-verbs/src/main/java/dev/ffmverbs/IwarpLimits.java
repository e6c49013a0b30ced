// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.QueuePairTransition;
import dev.ffmverbs.spi.constants.QueuePairAttributeFlags;

/**
 * What iWARP does not have, in comparison with InfiniBand and RoCE (RFC 5040, RFC 6580). It is refused before the
 * driver sees it. Drivers answer with a number, ignore it, process it later, or look it up without a check.
 */
final class IwarpLimits {

    /** The attributes that mean something, and the two that name the only port, which portable programs set. */
    private static final int ATTRIBUTES = QueuePairAttributeFlags.STATE | QueuePairAttributeFlags.CURRENT_STATE
        | QueuePairAttributeFlags.ACCESS_FLAGS | QueuePairAttributeFlags.PARTITION_KEY_INDEX
        | QueuePairAttributeFlags.PORT;

    private IwarpLimits() {
    }

    static boolean concern(final Device device) {
        return device.transportType() == TransportType.IWARP;
    }

    /** Refuses a queue pair of another type than reliable connection. */
    static void requireReliable(final Device device, final String verb, final QueuePairType type)
        throws ProviderException {
        if (type != QueuePairType.RELIABLE_CONNECTION && concern(device)) {
            throw new ProviderException(verb, "type=" + type, Errno.EOPNOTSUPP,
                "iWARP has reliable connections only; InfiniBand and RoCE have the other types");
        }
    }

    /** Returns a configuration in which no queue is empty. libsiw maps each queue, and memory of no bytes cannot be. */
    static QueuePairConfiguration withPlaces(final Device device, final QueuePairConfiguration asked) {
        return !concern(device) ? asked : asked.withSendRequests(Math.max(1, asked.sendRequests()))
            .withReceiveRequests(Math.max(1, asked.receiveRequests()));
    }

    /** Refuses what only datagrams need: address handles and multicast groups. */
    static void requireDatagrams(final Device device, final String verb) throws ProviderException {
        if (concern(device)) {
            throw new ProviderException(verb, "device=" + device.name(), Errno.EOPNOTSUPP,
                "iWARP has no datagrams, no address handles and no multicast; InfiniBand and RoCE have them");
        }
    }

    /** Refuses to connect a queue pair by hand. */
    static void requireConnectionByHand(final Device device, final int number) throws ProviderException {
        if (concern(device)) {
            throw new ProviderException("ibv_modify_qp", "number=" + number, Errno.EOPNOTSUPP, connectsByAddress());
        }
    }

    private static String connectsByAddress() {
        return "iWARP connects by address and port only, and the connection manager then changes the state; use"
            + " ConnectionManager of dev.ffmverbs.cm";
    }

    /**
     * Refuses a state that only a connection manager can bring about, because it needs a TCP connection, the reuse of a
     * queue pair that was connected, a state that would end the connection, and attributes of packets and paths. Also
     * refuses ERROR from RESET, as on other devices.
     *
     * @param queuePair  the queue pair.
     * @param present    its state.
     * @param attributes what is to change.
     */
    static void requireTransition(
        final QueuePairControl queuePair, final QueuePairState present, final QueuePairAttributes attributes)
        throws ProviderException {
        final int mask = attributes.mask();
        final QueuePairState wanted =
            (mask & QueuePairAttributeFlags.STATE) == 0 ? present : attributes.state();
        if (present == QueuePairState.RESET && wanted == QueuePairState.ERROR) {
            // Drivers do it. The queue pair could no longer be connected, although nothing has happened to it.
            throw new ProviderException("ibv_modify_qp",
                QueuePairTransition.describe(queuePair.number(), attributes.structure(), mask), Errno.EINVAL,
                QueuePairTransition.flaw(
                    queuePair.configuration().type().value(), present.value(), wanted.value(), mask));
        }
        final String reason = wanted == present ? null : reasonAgainst(present, wanted);
        if (reason != null) {
            throw refusal(queuePair, present, wanted, reason);
        }
        if ((mask & ~ATTRIBUTES) != 0) {
            throw refusal(queuePair, present, wanted, "iWARP has no " + QueuePairAttributeFlags.describe(
                mask & ~ATTRIBUTES) + ": TCP sends packets, repeats them and finds their path; InfiniBand and RoCE"
                + " have them");
        }
    }

    private static String reasonAgainst(final QueuePairState present, final QueuePairState wanted) {
        return switch (wanted) {
            case READY_TO_RECEIVE, READY_TO_SEND -> connectsByAddress();
            case RESET, INIT -> present == QueuePairState.RESET || present == QueuePairState.INIT ? null
                : "iWARP connects a queue pair once; create another queue pair for another connection";
            case SEND_QUEUE_DRAIN, SEND_QUEUE_ERROR -> "iWARP has no such state, and drivers would end the connection;"
                + " disconnect it, or take the queue pair to ERROR";
            default -> null;
        };
    }

    private static ProviderException refusal(
        final QueuePairControl queuePair, final QueuePairState from, final QueuePairState to, final String advice) {
        return new ProviderException("ibv_modify_qp",
            "number=" + queuePair.number() + ", state " + from + " to " + to, Errno.EOPNOTSUPP, advice);
    }
}
