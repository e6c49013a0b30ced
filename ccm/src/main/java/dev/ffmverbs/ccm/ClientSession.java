// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.ccm.internal.link.ClientGrant;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a client has in a session with a partner: connected ports, and memory on both sides. Thread-safe.
 *
 * <p>A port that fails (an operation completed with an error) stays in ERROR; {@link #reconnect} replaces all ports of
 * this client with this partner, and the session and everybody else go on.
 */
public final class ClientSession implements AutoCloseable {

    /** What a client may ask for, once its ports are of no more use to it. */
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

    /** Which set of ports, over which path: both nodes go on to the higher one. */
    record Position(int round, int path) implements Comparable<Position> {

        @Override
        public int compareTo(final Position other) {
            return round != other.round ? Integer.compare(round, other.round) : Integer.compare(path, other.path);
        }
    }

    /**
     * The session these ports belong to.
     *
     * @return the session; it may have ended.
     */
    public Session session() {
        return session;
    }

    /**
     * The partner.
     *
     * @return the node at the other end.
     */
    public Partner partner() {
        return partner;
    }

    /**
     * What the client asked for and got.
     *
     * @return name, ports and memory.
     */
    public ClientRequirements requirements() {
        return requirements;
    }

    /**
     * Over which of the partner's paths the ports go.
     *
     * @return from 0, as the paths were configured.
     */
    public int path() {
        return position.path();
    }

    /**
     * The ports.
     *
     * @return as many as required, in the same order on both sides.
     */
    public List<Port> ports() {
        return ports;
    }

    /**
     * One port.
     *
     * @param index which, from 0.
     * @return the port.
     * @throws IndexOutOfBoundsException when there is none of that number.
     */
    public Port port(final int index) {
        return ports.get(index);
    }

    /**
     * This node's memory, which this partner READs and WRITEs and no other does.
     *
     * <p>It is the same memory in all sessions with the partner: what was written stays there when a session ends, and
     * until the client's registration ends.
     *
     * @return the memory, zeroed at first; of length 0 when the client asked for none.
     */
    public MemorySegment memory() {
        return memory;
    }

    /**
     * The registration of {@link #memory}, for local requests to name.
     *
     * @return the region, closed when these ports end; null when the client asked for no memory.
     */
    public MemoryRegion memoryRegion() {
        return memoryRegion;
    }

    /**
     * Allocates memory of this node to send from and to receive and READ into over these ports. The partner
     * cannot reach it.
     *
     * @param lengthBytes bytes, at least 1.
     * @return the region, freed when these ports end at the latest.
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
     * @return false once they have ended, from whichever side and for whatever reason.
     */
    public boolean isOpen() {
        return !ended;
    }

    /**
     * Asks for new ports in place of these, after one failed; the client hears {@link ClusterClient#pathChanged}, and
     * so does the partner's. Does nothing when these are replaced already, or the session is over.
     */
    public void reconnect() {
        wish(Wish.RECONNECT);
    }

    /**
     * Closes the ports on both sides; the partner's client hears {@link ClusterClient#portsClosed}, this one nothing.
     * {@link #reconnect} opens new ones for as long as the session lasts. Closing again does nothing.
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

    /** Whether the client has closed it, and so is told of no end of it. */
    boolean isClosedByClient() {
        return closedByClient;
    }

    /** Takes away what the partner could still do. */
    void end() {
        ended = true;
        grant.fence();
    }

    /** Frees the queue pairs; nothing remains to be told about them. */
    void release() {
        grant.close();
    }

    @Override
    public String toString() {
        return "Ports of client " + requirements.name() + " with " + session.partner().name() + " " + ports;
    }
}
