// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.RemoteMemory;
import dev.ffmverbs.ccm.internal.link.ClientGrant;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a client has in a session with a partner: connected ports, and memory on both sides. Thread-safe.
 *
 * <p>A port that fails (an operation completed with an error) stays in ERROR. {@link #reconnect} replaces all ports of
 * this client with this partner; the session and other clients are not affected.
 */
public final class ClientSession implements AutoCloseable {

    /** What a client may ask for when it can no longer use its ports. */
    enum Wish {
        CLOSE,
        RECONNECT
    }

    private final Session session;
    private final Partner partner;
    private final ClientRequirements requirements;
    private final Position position;
    private final ClientGrant grant;
    private final MemorySegment memory;
    private final MemoryRegion memoryRegion;
    private final List<Port> ports;
    private final Consumer<ClientSession> onWish;
    private volatile Wish wish;
    private volatile boolean ended;
    private volatile boolean closedByClient;

    ClientSession(
        final Session session, final ClientRequirements requirements, final Position position,
        final ClientGrant grant, final MemorySegment memory, final RemoteMemory partnerMemory,
        final Consumer<ClientSession> onWish) {
        this.session = session;
        this.partner = session.partner();
        this.requirements = requirements;
        this.position = position;
        this.grant = grant;
        this.memory = memory == null ? MemorySegment.NULL : memory;
        this.memoryRegion = grant.memory();
        this.onWish = onWish;
        final List<Port> made = new ArrayList<>();
        for (int i = 0; i < grant.ports().size(); i++) {
            made.add(new Port(i, grant.queuePair(i), grant.completionQueue(i), partnerMemory));
        }
        this.ports = List.copyOf(made);
    }

    /** Which set of ports, over which path. Both nodes continue with the higher one. */
    record Position(int round, int path) implements Comparable<Position> {

        @Override
        public int compareTo(final Position other) {
            return round != other.round ? Integer.compare(round, other.round) : Integer.compare(path, other.path);
        }
    }

    /**
     * Returns the session these ports belong to.
     *
     * @return the session; it may have ended.
     */
    public Session session() {
        return session;
    }

    /**
     * Returns the partner.
     *
     * @return the node at the other end.
     */
    public Partner partner() {
        return partner;
    }

    /**
     * Returns what the client asked for and got.
     *
     * @return name, ports and memory.
     */
    public ClientRequirements requirements() {
        return requirements;
    }

    /**
     * Returns which of the partner's paths the ports use.
     *
     * @return index from 0, in the order of configuration.
     */
    public int path() {
        return position.path();
    }

    /**
     * Returns the ports.
     *
     * @return as many as required, in the same order on both sides.
     */
    public List<Port> ports() {
        return ports;
    }

    /**
     * Returns one port.
     *
     * @param index which, from 0.
     * @return the port.
     * @throws IndexOutOfBoundsException if there is no port with that index.
     */
    public Port port(final int index) {
        return ports.get(index);
    }

    /**
     * Returns this node's memory that this partner, and no other, can READ and WRITE.
     *
     * <p>It is the same memory in all sessions with the partner. Its content outlives a session, until the client's
     * registration ends.
     *
     * @return the memory, initially zero unless the client supplies it by {@link ClusterClient#memoryFor}; its length
     *     is 0 if the client asked for none.
     */
    public MemorySegment memory() {
        return memory;
    }

    /**
     * Returns the region of {@link #memory}, for use in local requests. While a memory window that the client has bound
     * to it is open, the region stays registered, and the partner's keys stay valid in other ports. Close the window
     * before the ports end, or when the client is told that they have ended.
     *
     * @return the region, which is closed when these ports end; null if the client asked for no memory.
     */
    public MemoryRegion memoryRegion() {
        return memoryRegion;
    }

    /**
     * Allocates memory of this node for local use with these ports: to send from, and to receive and READ into. The
     * partner cannot reach it.
     *
     * @param lengthBytes length, at least 1.
     * @return the region, which is freed when these ports end, if not closed before.
     * @throws dev.ffmverbs.VerbsException when it cannot be registered.
     * @throws IllegalArgumentException    when the length is less than 1.
     * @throws IllegalStateException       when these ports have ended.
     */
    public MemoryRegion allocate(final long lengthBytes) {
        return grant.allocate(lengthBytes);
    }

    /**
     * Whether the ports can be used.
     *
     * @return false once they have ended, on either side and for any reason.
     */
    public boolean isOpen() {
        return !ended;
    }

    /**
     * Replaces these ports by new ones, for example after one has failed. The clients on both sides are notified by
     * {@link ClusterClient#pathChanged}. Does nothing if these ports have been replaced or the session has ended.
     */
    public void reconnect() {
        wish(Wish.RECONNECT);
    }

    /**
     * Closes the ports on both sides. The partner's client is notified by {@link ClusterClient#portsClosed}; this
     * client is not notified. As long as the session lasts, {@link #reconnect} opens new ports. Closing again has no
     * effect.
     */
    @Override
    public void close() {
        closedByClient = true;
        wish(Wish.CLOSE);
    }

    private void wish(final Wish newWish) {
        wish = newWish;
        onWish.accept(this);
    }

    Wish takeWish() {
        final Wish taken = wish;
        wish = null;
        return taken;
    }

    boolean isAt(final Position other) {
        return position.equals(other);
    }

    /** Whether the client has closed the ports itself, and so is not notified of their end. */
    boolean isClosedByClient() {
        return closedByClient;
    }

    /** Revokes the partner's access. */
    void end() {
        ended = true;
        grant.fence();
    }

    /** Frees the queue pairs, after the last notification about them. */
    void release() {
        grant.close();
    }

    @Override
    public String toString() {
        return "Ports of client " + requirements.name() + " with " + session.partner().name() + " " + ports;
    }
}
