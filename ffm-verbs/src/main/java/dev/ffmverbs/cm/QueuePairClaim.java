// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.Device;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairAttributes;
import dev.ffmverbs.QueuePairState;
import dev.ffmverbs.QueuePairType;
import dev.ffmverbs.VerbsException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The exclusive right of one connection, of any manager, to take a queue pair through its states.
 *
 * <p>It is taken before the first packet is sent: a second request that names a connected queue pair would make the
 * peer end the live connection (IBTA 12.9.8.3, stale connections).
 */
final class QueuePairClaim {

    private static final Map<QueuePair, QueuePairClaim> HELD = new ConcurrentHashMap<>();

    private final QueuePair queuePair;

    private QueuePairClaim(final QueuePair queuePair) {
        this.queuePair = queuePair;
    }

    /**
     * Claims a queue pair.
     *
     * @param queuePair the queue pair.
     * @param device    name of the device it must belong to.
     * @param provider  that device's provider.
     * @param subject   what belongs to the device, for the message.
     * @return the claim, which must be released when the connection has ended.
     * @throws IllegalArgumentException if it is of another device or another type than reliable connection.
     * @throws IllegalStateException    if another connection uses it, or if it is in another state than RESET or INIT,
     *                                  or closed.
     */
    static QueuePairClaim take(
        final QueuePair queuePair, final String device, final String provider, final String subject) {
        final Device own = queuePair.device();
        if (!own.name().equals(device) || !own.provider().equals(provider)) {
            throw new IllegalArgumentException(queuePair + " is of device " + own.name() + ", but " + subject
                + " is of device " + device + ": use a queue pair of a context of " + device);
        }
        final QueuePairType type = queuePair.configuration().type();
        if (type != QueuePairType.RELIABLE_CONNECTION) {
            throw new IllegalArgumentException(queuePair + " of " + device + " is of type " + type
                + "; a connection needs " + QueuePairType.RELIABLE_CONNECTION);
        }
        final QueuePairClaim claim = new QueuePairClaim(queuePair);
        if (HELD.putIfAbsent(queuePair, claim) != null) {
            throw new IllegalStateException(queuePair + " of " + device
                + " is used by another connection; end that one first, or use another queue pair");
        }
        boolean usable = false;
        try {
            requireUnconnected(queuePair, device);
            usable = true;
            return claim;
        } finally {
            if (!usable) {
                claim.release();
            }
        }
    }

    private static void requireUnconnected(final QueuePair queuePair, final String device) {
        final QueuePairState state = queuePair.state();
        if (state != QueuePairState.RESET && state != QueuePairState.INIT) {
            throw new IllegalStateException(queuePair + " of " + device + " is in state " + state
                + "; a connection needs RESET or INIT");
        }
    }

    QueuePair queuePair() {
        return queuePair;
    }

    /** Gives the queue pair back as it is. */
    void release() {
        HELD.remove(queuePair, this);
    }

    /**
     * Takes the queue pair to ERROR and gives it back, unless it was given back before and another connection may use
     * it. If something unforeseen fails on the way, doing so again does it.
     */
    void flushAndRelease() {
        if (HELD.get(queuePair) == this) {
            try {
                queuePair.modify(new QueuePairAttributes().state(QueuePairState.ERROR));
            } catch (final VerbsException | IllegalStateException | WrongThreadException neverConnectedOrGone) {
                release();
                return;
            }
            release();
        }
    }
}
