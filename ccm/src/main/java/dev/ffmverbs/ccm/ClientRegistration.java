// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.internal.thread.ClientThread;
import dev.ffmverbs.ccm.internal.thread.Delivery;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A client's registration with a node, until it is closed. Thread-safe. */
public final class ClientRegistration implements AutoCloseable {

    private static final long PAGE_BYTES = 4096;

    private final ClusterClient client;
    private final ClientRequirements requirements;
    private final ClientThread thread;
    private final Consumer<ClientRegistration> onClose;
    private final Map<Partner, MemorySegment> memories = new ConcurrentHashMap<>();

    ClientRegistration(
        final ClusterClient client, final ClientRequirements requirements, final ClientThread thread,
        final Consumer<ClientRegistration> onClose) {
        this.client = client;
        this.requirements = requirements;
        this.thread = thread;
        this.onClose = onClose;
    }

    /**
     * Returns what the client asked for when it was registered.
     *
     * @return name, ports and memory.
     */
    public ClientRequirements requirements() {
        return requirements;
    }

    /** The thread that calls the client, and does the work for it that may take long. */
    ClientThread executor() {
        return thread;
    }

    /**
     * Calls the client on its thread, after all earlier notifications.
     *
     * @param partner the partner that the notification is about.
     * @param news    calls the client; it gets the client only at that moment.
     */
    void tell(final Partner partner, final Consumer<Supplier<ClusterClient>> news) {
        thread.execute(new Delivery<>(client, () -> "news of partner " + partner.name(), news));
    }

    /** Has the client decide whether a partner gets ports now. Throws what the client throws. */
    void admit(final Partner partner) {
        client.admit(partner);
    }

    /**
     * The memory that a partner can reach: one segment for the life of this registration. It is zero at first, unless
     * the client supplies it. Used on the client's thread until the partner's first ports exist.
     */
    MemorySegment memoryFor(final Partner partner) {
        if (requirements.memoryBytes() == 0) {
            return null;
        }
        final MemorySegment present = memories.get(partner);
        if (present != null) {
            return present;
        }
        final MemorySegment added = client.memoryFor(partner).map(supplied -> check(partner, supplied))
            .orElseGet(() -> Arena.ofAuto().allocate(requirements.memoryBytes(), PAGE_BYTES));
        memories.put(partner, added);
        return added;
    }

    private MemorySegment check(final Partner partner, final MemorySegment supplied) {
        final String subject = "the memory that client " + requirements.name() + " supplies for partner "
            + partner.name();
        if (supplied.byteSize() != requirements.memoryBytes()) {
            throw new IllegalArgumentException(subject + " has " + supplied.byteSize() + " bytes; the client asks for "
                + requirements.memoryBytes());
        }
        memories.forEach((other, memory) -> {
            if (supplied.asOverlappingSlice(memory).isPresent()) {
                throw new IllegalArgumentException(subject + " is also the memory of partner " + other.name()
                    + "; each partner needs separate memory");
            }
        });
        return supplied;
    }

    /**
     * Ends the registration. Ports with all partners are closed soon, and the clients there are notified by {@code
     * portsClosed}; this client is not notified. Closing again has no effect.
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
