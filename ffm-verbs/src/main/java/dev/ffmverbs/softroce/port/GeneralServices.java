// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.wire.RocePacket;
import java.util.function.Consumer;

/**
 * The general services interface of a port: queue pair 1, as its {@link ManagementAgent} uses it.
 *
 * <p>Thread-safe. All methods take the port's lock.
 */
public final class GeneralServices {

    private final PortLock lock;
    private final Dispatcher dispatcher;

    GeneralServices(final PortLock lock, final Dispatcher dispatcher) {
        this.lock = lock;
        this.dispatcher = dispatcher;
    }

    /**
     * Sets the agent that answers for queue pair 1.
     *
     * @param agent the agent, or null if nobody answers from now on.
     */
    public void setAgent(final ManagementAgent agent) {
        lock.lock();
        try {
            dispatcher.management().setAgent(agent);
        } finally {
            lock.unlock();
        }
    }

    /** Asks the agent again when it wants to be called, because that may have become earlier. */
    public void reschedule() {
        lock.lock();
        try {
            dispatcher.management().schedule();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Sends a datagram. Like any packet it may be lost.
     *
     * @param peerAddress IPv4 address of the peer, first octet in the top byte.
     * @param contents    writes the packet, except for its checksum.
     */
    public void send(final int peerAddress, final Consumer<? super RocePacket> contents) {
        lock.lock();
        try {
            dispatcher.management().send(peerAddress, contents);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Makes the peer of a connected queue pair show that it is there, without any effect on the data. The agent is
     * {@linkplain ManagementAgent#onSignOfLife told} when a packet arrives.
     *
     * @param queuePair number of the queue pair; one that does not exist or is not connected is ignored.
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
