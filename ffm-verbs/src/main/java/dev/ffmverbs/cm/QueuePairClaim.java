// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.Device;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairAttributes;
import dev.ffmverbs.QueuePairState;
import dev.ffmverbs.QueuePairType;
import dev.ffmverbs.VerbsException;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The exclusive right of one connection, of any manager, to change the state of a queue pair.
 *
 * <p>It is taken before the first packet is sent. Otherwise a second request that names a connected queue pair would
 * make the peer end the live connection (IBTA 12.9.8.3, stale connections).
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
     * @param devices   names of the devices, to one of which it must belong.
     * @param provider  the provider of these devices.
     * @param subject   the object that belongs to the devices, for the message.
     * @return the claim, which must be released when the connection has ended.
     * @throws IllegalArgumentException if it belongs to another device, or is not a reliable connection.
     * @throws IllegalStateException    if another connection uses it, or if it is closed or in another state than RESET
     *                                  or INIT.
     */
    static QueuePairClaim take(
        final QueuePair queuePair, final Collection<String> devices, final String provider, final String subject) {
        requireDevice(queuePair, devices, provider, subject);
        final String device = queuePair.device().name();
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

    /** Requires that a queue pair belongs to one of the devices of a provider. */
    static void requireDevice(
        final QueuePair queuePair, final Collection<String> devices, final String provider, final String subject) {
        final Device own = queuePair.device();
        if (!devices.contains(own.name()) || !own.provider().equals(provider)) {
            final String wanted = String.join(" or ", devices);
            throw new IllegalArgumentException(queuePair + " is of device " + own.name() + ", but " + subject
                + " is of device " + wanted + ": use a queue pair of a context of " + wanted);
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

    /** Releases the queue pair without changing its state. */
    void release() {
        HELD.remove(queuePair, this);
    }

    /**
     * Changes the queue pair to ERROR and releases it. Has no effect after a release, because another connection may
     * then use the queue pair. After an unexpected failure, it can be called again.
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
