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
import java.util.WeakHashMap;

/**
 * The exclusive right of one connection, of any manager, to change the state of a queue pair.
 *
 * <p>It is taken before the first packet is sent. Otherwise a second request that names a connected queue pair would
 * make the peer end the live connection (IBTA 12.9.8.3, stale connections).
 */
final class QueuePairClaim {

    /** What is held of each queue pair. Weak, because a right can be kept until nobody knows the queue pair. */
    private static final Map<QueuePair, Right> HELD = new WeakHashMap<>();

    private static final int NOT_SET = -1;

    private final QueuePair queuePair;
    private final Right right = new Right();

    /** The right to one queue pair. It does not refer to the queue pair, which can therefore be collected. */
    private static final class Right {

        /** Whether the connection has ended, so that another one may take the right. Guarded by the map. */
        private boolean ended;

        /** The peer's queue pair, as the connection has set it; {@link #NOT_SET} before. */
        private volatile int destination = NOT_SET;
    }

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
        final Right former = claim.hold(device);
        boolean usable = false;
        try {
            requireUnconnected(queuePair, device);
            usable = true;
            return claim;
        } finally {
            if (!usable) {
                claim.giveBack(former);
            }
        }
    }

    /** Takes the right. Returns that of a connection that has ended but could not change the queue pair, or null. */
    private Right hold(final String device) {
        synchronized (HELD) {
            final Right present = HELD.get(queuePair);
            if (present != null && !present.ended) {
                throw new IllegalStateException(queuePair + " of " + device
                    + " is used by another connection; end that one first, or use another queue pair");
            }
            HELD.put(queuePair, right);
            return present;
        }
    }

    private void giveBack(final Right former) {
        synchronized (HELD) {
            if (former == null) {
                HELD.remove(queuePair, right);
            } else {
                HELD.replace(queuePair, right, former);
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
        giveBack(null);
    }

    /** Takes note of the peer's queue pair that the connection sets. */
    void noteDestination(final int queuePairNumber) {
        right.destination = queuePairNumber;
    }

    /** Lets another connection take the queue pair. Until one does, this one can still change it to ERROR. */
    void markEnded() {
        synchronized (HELD) {
            right.ended = true;
        }
    }

    private boolean isHeld() {
        synchronized (HELD) {
            return HELD.get(queuePair) == right;
        }
    }

    private boolean hasEnded() {
        synchronized (HELD) {
            return right.ended;
        }
    }

    /**
     * Changes the queue pair to ERROR and releases it. Has no effect after a release, because another connection may
     * then use the queue pair. After an unexpected failure, it can be called again.
     *
     * <p>On another thread than the one that the queue pair is confined to, only marks the connection as ended. A later
     * call on that thread then does the rest, unless its program has reset the queue pair since.
     *
     * @throws IllegalStateException if a batch is open on the queue pair or one of its completion queues, by this
     *                               thread or by one that has died; nothing has changed.
     */
    void flushAndRelease() {
        if (!isHeld()) {
            return;
        }
        try {
            if (!hasEnded() || isAsConnected()) {
                queuePair.modify(new QueuePairAttributes().state(QueuePairState.ERROR));
            }
        } catch (final VerbsException neverConnectedOrRemoved) {
            release();
            return;
        } catch (final WrongThreadException confined) {
            markEnded();
            return;
        } catch (final IllegalStateException refused) {
            if (!isClosed(queuePair)) {
                throw refused;
            }
        }
        release();
    }

    /** Does as {@link #flushAndRelease}, for an event. If a batch prevents it, only marks the connection as ended. */
    void flushOrMarkEnded() {
        try {
            flushAndRelease();
        } catch (final IllegalStateException batchOpen) {
            markEnded();
        }
    }

    /** Returns whether the queue pair is connected as it was, and not prepared or connected again by the program. */
    private boolean isAsConnected() {
        final QueuePairAttributes present = queuePair.query();
        return present.state() != QueuePairState.RESET && present.state() != QueuePairState.INIT
            && (right.destination == NOT_SET || present.destinationQueuePair() == right.destination);
    }

    /** Returns whether a queue pair is closed or being closed. It refuses calls before it reports itself as closed. */
    static boolean isClosed(final QueuePair queuePair) {
        try {
            return queuePair.state() == null;
        } catch (final IllegalStateException closed) {
            return true;
        } catch (final VerbsException | WrongThreadException stillOpen) {
            return false;
        }
    }
}
