// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.internal.thread.ClientThread;
import dev.ffmverbs.ccm.internal.thread.Delivery;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A client's registration with a node; closing it ends it. Thread-safe. */
public final class ClientRegistration implements AutoCloseable {

    private static final long PAGE_BYTES = 4096;

    private final ClusterClient client;
    private final ClientRequirements requirements;
    private final ClientThread thread;
    private final Consumer<ClientRegistration> onClose;
    private final Map<Partner, MemorySegment> memories = new HashMap<>();

    ClientRegistration(
        final ClusterClient client, final ClientRequirements requirements, final ClientThread thread,
        final Consumer<ClientRegistration> onClose) {
        this.client = client;
        this.requirements = requirements;
        this.thread = thread;
        this.onClose = onClose;
    }

    /**
     * What the client asked for when it was registered.
     *
     * @return name, ports and memory.
     */
    public ClientRequirements requirements() {
        return requirements;
    }

    /** The thread that calls the client, and does for it what may take long. */
    ClientThread executor() {
        return thread;
    }

    /**
     * Calls the client, on its own thread, behind all that was to be told it before.
     *
     * @param partner of whom the news is.
     * @param news    takes the client at the moment it calls it, and not before.
     */
    void tell(final Partner partner, final Consumer<Supplier<ClusterClient>> news) {
        thread.execute(new Delivery<>(client, () -> "news of partner " + partner.name(), news));
    }

    /** The memory that a partner reaches: one segment for the life of this registration, zeroed at first. */
    MemorySegment memoryFor(final Partner partner) {
        if (requirements.memoryBytes() == 0) {
            return null;
        }
        synchronized (memories) {
            return memories.computeIfAbsent(partner,
                key -> Arena.ofAuto().allocate(requirements.memoryBytes(), PAGE_BYTES));
        }
    }

    /**
     * Ends the registration: ports with all partners are closed soon, and their clients told {@code portsClosed}; this
     * one is told nothing more of them. Closing again does nothing.
     */
    @Override
    public void close() {
        onClose.accept(this);
    }

    @Override
    public String toString() {
        return "Client " + requirements.name() + " (" + requirements + ")";
    }
}
