// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.Device;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairAttributes;
import dev.ffmverbs.QueuePairState;
import dev.ffmverbs.QueuePairType;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import dev.ffmverbs.spi.ProviderException;
import java.util.Collection;

/** Checks a queue pair for datagrams, and makes it ready. Several peers and groups may share it. */
final class DatagramQueuePair {

    /** Held while a queue pair changes its state, because several attempts may have it. */
    private static final Object TRANSITION = new Object();

    private DatagramQueuePair() {
    }

    /**
     * Requires a queue pair for datagrams.
     *
     * @param queuePair the queue pair.
     * @param devices   names of the devices, to one of which it must belong.
     * @param provider  the provider of these devices.
     * @param subject   the object that belongs to the devices, for the message.
     * @throws IllegalArgumentException if it belongs to another device, has another type, or is ready with another
     *                                  queue key.
     * @throws IllegalStateException    if it is closed, or in another state than RESET, INIT or READY_TO_SEND.
     */
    static void require(
        final QueuePair queuePair, final Collection<String> devices, final String provider, final String subject) {
        QueuePairClaim.requireDevice(queuePair, devices, provider, subject);
        final Device device = queuePair.device();
        final QueuePairType type = queuePair.configuration().type();
        if (type != QueuePairType.UNRELIABLE_DATAGRAM) {
            throw new IllegalArgumentException(queuePair + " of " + device.name() + " is of type " + type
                + "; datagrams need " + QueuePairType.UNRELIABLE_DATAGRAM);
        }
        final QueuePairAttributes present = queuePair.query();
        switch (present.state()) {
            case RESET, INIT -> { }
            case READY_TO_SEND -> requireKey(queuePair, present.queueKey());
            default -> throw new IllegalStateException(queuePair + " of " + device.name() + " is in state "
                + present.state() + "; datagrams need RESET, INIT or READY_TO_SEND");
        }
    }

    private static void requireKey(final QueuePair queuePair, final int key) {
        if (key != Datagrams.QUEUE_KEY) {
            throw new IllegalArgumentException(String.format(
                "%s has queue key 0x%08x, but the connection manager tells peers 0x%08x: give it that key, or leave it"
                    + " in state RESET", queuePair, key, Datagrams.QUEUE_KEY));
        }
    }

    /** Takes a queue pair to READY_TO_SEND, on the port of an identifier and with the queue key of its port space. */
    static void makeReady(final QueuePair queuePair, final ConnectionIdentifierOperations identifier)
        throws ProviderException {
        synchronized (TRANSITION) {
            final QueuePairState state = queuePair.state();
            if (state == QueuePairState.READY_TO_SEND) {
                return;
            }
            final QueuePairAttributes initial = new QueuePairAttributes().state(QueuePairState.INIT);
            queuePair.modify(
                initial.markChanged(identifier.initializeQueuePairAttributes(initial.structure())));
            queuePair.modify(new QueuePairAttributes().state(QueuePairState.READY_TO_RECEIVE));
            queuePair.modify(
                new QueuePairAttributes().state(QueuePairState.READY_TO_SEND).sendPacketSequenceNumber(0));
        }
    }
}
