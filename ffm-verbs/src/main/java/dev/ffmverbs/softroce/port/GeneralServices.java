// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.wire.IpAddress;
import dev.ffmverbs.softroce.wire.RocePacket;
import java.util.function.Consumer;

/**
 * The general services interface of a port. It represents queue pair 1 to its {@link ManagementAgent}.
 *
 * <p>Thread-safe. All methods take the lock of the port.
 */
public final class GeneralServices {

    private final PortLock lock;
    private final Dispatcher dispatcher;

    GeneralServices(final PortLock lock, final Dispatcher dispatcher) {
        this.lock = lock;
        this.dispatcher = dispatcher;
    }

    /**
     * Sets the agent that handles queue pair 1.
     *
     * @param agent the agent, or null if datagrams are no longer handled.
     */
    public void setAgent(final ManagementAgent agent) {
        lock.lock();
        try {
            dispatcher.management().setAgent(agent);
        } finally {
            lock.unlock();
        }
    }

    /** Asks the agent again for its next deadline, because that may now be earlier. */
    public void reschedule() {
        lock.lock();
        try {
            dispatcher.management().schedule();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Sends a datagram. Like any packet, it may be lost.
     *
     * @param peer         address of the peer.
     * @param trafficClass traffic class of the packet, 0 to 255.
     * @param contents     writes the packet, except for its checksum.
     */
    public void send(
        final IpAddress peer, final int trafficClass, final Consumer<? super RocePacket> contents) {
        lock.lock();
        try {
            dispatcher.management().send(peer, trafficClass, contents);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Makes the peer of a connected queue pair prove that it is alive, without any effect on the data.
     * {@link ManagementAgent#onSignOfLife} is called when a packet arrives.
     *
     * @param queuePair number of the queue pair. Ignored if it does not exist or is not connected.
     */
    public void probe(final int queuePair) {
        lock.lock();
        try {
            dispatcher.probe(queuePair);
        } finally {
            lock.unlock();
        }
    }
}
