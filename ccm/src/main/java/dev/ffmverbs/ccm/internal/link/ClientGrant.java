// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.Gid;
import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.ccm.internal.memory.ClientEntry.PortNumbers;
import java.util.List;

/** What one client shares with its counterpart at one partner: queue pairs, and memory. Thread-safe. */
public interface ClientGrant extends AutoCloseable {

    /**
     * How the partner reaches the queue pairs.
     *
     * @return their numbers, in order.
     */
    List<PortNumbers> ports();

    /**
     * A queue pair.
     *
     * @param index which, from 0.
     * @return the queue pair.
     */
    QueuePair queuePair(int index);

    /**
     * The completion queue of a queue pair, which no other uses.
     *
     * @param index which, from 0.
     * @return the completion queue.
     */
    CompletionQueue completionQueue(int index);

    /**
     * The memory the partner reaches.
     *
     * @return the region; null when there is none, or after {@link #fence}.
     */
    MemoryRegion memory();

    /**
     * Connects the queue pairs with those of the partner.
     *
     * @param partnerGid      the partner's address on the path.
     * @param partnerMtuBytes the partner's largest packet payload.
     * @param partnerPorts    its queue pairs, as many as there are here.
     * @throws dev.ffmverbs.VerbsException when the device refuses.
     * @throws IllegalStateException       after {@link #fence}.
     */
    void connect(Gid partnerGid, int partnerMtuBytes, List<PortNumbers> partnerPorts);

    /**
     * Allocates memory of this node in the partner's protection domain, to send from and receive into; the partner
     * cannot reach it.
     *
     * @param lengthBytes bytes, at least 1.
     * @return the region, closed with this grant at the latest.
     * @throws dev.ffmverbs.VerbsException when it cannot be registered.
     * @throws IllegalStateException       after {@link #fence}.
     */
    MemoryRegion allocate(long lengthBytes);

    /**
     * Takes away what the partner could still do: on return the memory is deregistered and the queue pairs are in
     * ERROR. Doing so again does nothing.
     */
    void fence();

    /** Fences and frees everything. Closing again does nothing. */
    @Override
    void close();
}
