// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.Gid;
import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.ccm.internal.memory.ClientEntry.PortNumbers;
import java.util.List;

/** The queue pairs and memory that one client shares with its counterpart at one partner. Thread-safe. */
public interface ClientGrant extends AutoCloseable {

    /**
     * Returns the numbers by which the partner reaches the queue pairs.
     *
     * @return their numbers, in order.
     */
    List<PortNumbers> ports();

    /**
     * Returns a queue pair.
     *
     * @param index number of the queue pair, from 0.
     * @return the queue pair.
     */
    QueuePair queuePair(int index);

    /**
     * Returns the completion queue of a queue pair. No other queue pair uses it.
     *
     * @param index number of the queue pair, from 0.
     * @return the completion queue.
     */
    CompletionQueue completionQueue(int index);

    /**
     * Returns the memory that the partner can reach.
     *
     * @return the region; null if there is none, or after {@link #fence}.
     */
    MemoryRegion memory();

    /**
     * Connects the queue pairs with those of the partner.
     *
     * @param partnerGid      the partner's address on the path.
     * @param partnerMtuBytes the partner's largest packet payload.
     * @param partnerPorts    its queue pairs, as many as there are here.
     * @throws dev.ffmverbs.VerbsException if the device refuses.
     * @throws IllegalStateException       after {@link #fence}.
     */
    void connect(Gid partnerGid, int partnerMtuBytes, List<PortNumbers> partnerPorts);

    /**
     * Allocates memory of this node in the partner's protection domain, to send from and receive into. The partner
     * cannot reach it.
     *
     * @param lengthBytes length in bytes, at least 1.
     * @return the region, which is closed with this grant at the latest.
     * @throws dev.ffmverbs.VerbsException if it cannot be registered.
     * @throws IllegalStateException       after {@link #fence}.
     */
    MemoryRegion allocate(long lengthBytes);

    /**
     * Revokes the partner's access. On return the memory is deregistered and the queue pairs are in ERROR. Has no
     * effect if called again. If the client has bound a memory window to the memory, the device refuses to deregister
     * it; {@link #close} tries again.
     */
    void fence();

    /**
     * Fences and frees everything. Has no effect if called again.
     *
     * @throws dev.ffmverbs.VerbsException if the device refuses. What remains is freed if this is called again.
     * @throws IllegalStateException       if a memory window of the client needs a queue pair. What remains is freed if
     *                                     this is called again.
     */
    @Override
    void close();
}
