// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** A client's registration with a node; closing it ends it. Thread-safe. */
public final class ClientRegistration implements AutoCloseable {

    private static final Logger LOGGER = System.getLogger(ClientRegistration.class.getName());
    private static final long PAGE_BYTES = 4096;

    private final ClusterClient client;
    private final ClientRequirements requirements;
    private final Executor executor;
    private final Consumer<ClientRegistration> onClose;
    private final Map<Partner, MemorySegment> memories = new HashMap<>();

    ClientRegistration(
        final ClusterClient client, final ClientRequirements requirements, final Executor executor,
        final Consumer<ClientRegistration> onClose) {
        this.client = client;
        this.requirements = requirements;
        this.executor = executor;
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
    Executor executor() {
        return executor;
    }

    /** Calls the client, on its own thread, behind all that was to be told it before. */
    void tell(final Consumer<ClusterClient> news) {
        executor.execute(() -> {
            try {
                news.accept(client);
            } catch (final RuntimeException | Error e) {
                LOGGER.log(Level.WARNING, "client " + requirements.name() + " failed", e);
            }
        });
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
