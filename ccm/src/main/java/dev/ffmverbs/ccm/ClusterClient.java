// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * A user of the connection manager. It states what it needs, and gets connected queue pairs and memory with each
 * partner that has a client of the same name.
 *
 * <p>All methods but {@link #requirements} are called on the client's own thread, in the order in which things
 * happened. What they throw is logged and otherwise ignored. A method that blocks delays this client only. A {@link
 * ClientSession} that was passed to a client ends with exactly one of {@link #pathChanged} (with its successor), {@link
 * #portsClosed}, {@link #partnerDown}, {@link #partnerRestarted}, {@link #partnerLeft} and {@link #sessionDropped},
 * unless the client itself or this node closes it. When one of them is called, the partner no longer has access to this
 * node's memory, and the queue pairs are in ERROR. They are freed when the method returns.
 */
public interface ClusterClient {

    /**
     * States what this client needs. Called once, when the client is registered.
     *
     * @return name, ports and memory.
     */
    ClientRequirements requirements();

    /**
     * Decides whether a partner gets ports. Called each time before ports with a partner are created, also if it has
     * had ports before. If this method throws, the client is told {@link ClientRefusal#CANNOT_BE_GIVEN_HERE} with what
     * was thrown, and the partner's client {@link ClientRefusal#CANNOT_BE_GIVEN_BY_PARTNER}. The client is asked again
     * when ports are to be created again: in the next session, over another path, or when the partner tries again
     * because its own ports could not be created or connected. By default, every partner gets ports.
     *
     * @param partner the partner.
     */
    default void admit(final Partner partner) {
    }

    /**
     * Supplies the memory that a partner can reach, for clients whose memory outlives their process. Called
     * before the partner's first ports are created, until it has supplied memory once, and only if the client asks for
     * memory. If the supplied memory cannot be used, or this method throws, the client is told {@link
     * ClientRefusal#CANNOT_BE_GIVEN_HERE}. After an {@link Error}, such as an {@link OutOfMemoryError}, this is tried
     * again soon.
     *
     * @param partner the partner.
     * @return native memory of exactly {@link ClientRequirements#memoryBytes()} bytes that can be written and that all
     *     threads may use, such as a mapped file of a memory file system. It must remain valid until the registration
     *     and its node are closed, and no other partner may be given it. Empty, as by default, for memory that the node
     *     allocates.
     */
    default Optional<MemorySegment> memoryFor(final Partner partner) {
        return Optional.empty();
    }

    /**
     * Called when ports and memory with a partner are ready on both sides, once in a session.
     *
     * @param session the ports and regions.
     */
    default void partnerReady(final ClientSession session) {
    }

    /**
     * Called when new ports with a partner replace the former ones, because the path changed or one side asked for it.
     * Requests outstanding on the former ports may or may not have been executed. Keys of the former regions are no
     * longer valid.
     *
     * @param session the new ports and regions.
     */
    default void pathChanged(final ClientSession session) {
    }

    /**
     * Called when the partner's client has closed its ports. The session continues.
     *
     * @param ended the ports that have ended.
     */
    default void portsClosed(final ClientSession ended) {
        sessionEnded(ended);
    }

    /**
     * Called when the partner was declared dead. It no longer has access to this node's memory.
     *
     * @param ended the ports that have ended.
     */
    default void partnerDown(final ClientSession ended) {
        sessionEnded(ended);
    }

    /**
     * Called when the partner has restarted. The new incarnation knows nothing of the former one's ports.
     *
     * @param ended the ports that have ended.
     */
    default void partnerRestarted(final ClientSession ended) {
        sessionEnded(ended);
    }

    /**
     * Called when the partner has shut down cleanly.
     *
     * @param ended the ports that have ended.
     */
    default void partnerLeft(final ClientSession ended) {
        sessionEnded(ended);
    }

    /**
     * Called when the partner had declared this node dead, although it was only silent.
     *
     * @param ended the ports that have ended.
     */
    default void sessionDropped(final ClientSession ended) {
        sessionEnded(ended);
    }

    /**
     * Called by {@link #portsClosed}, {@link #partnerDown}, {@link #partnerRestarted}, {@link #partnerLeft} and {@link
     * #sessionDropped} unless they are overridden: for clients that do the same whatever has ended their ports.
     *
     * @param ended the ports that have ended.
     */
    default void sessionEnded(final ClientSession ended) {
    }

    /**
     * Called when this client gets no ports in a session with a partner, for now. If the ports could not be created or
     * connected, both nodes try again after half a second, and more rarely while that fails, and the client is not
     * told again until it has had ports.
     *
     * @param session the session.
     * @param reason  the reason.
     * @param detail  all facts, in words.
     */
    default void portsRefused(final Session session, final ClientRefusal reason, final String detail) {
    }
}
