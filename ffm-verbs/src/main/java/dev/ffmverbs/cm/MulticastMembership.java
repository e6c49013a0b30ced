// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.AddressVector;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.VerbsException;
import dev.ffmverbs.spi.Closing;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * The membership of a queue pair in a multicast group ({@code rdma_join_multicast(3)}). Thread-safe.
 *
 * <p>The queue pair belongs to the caller. It receives what is sent to the group until it or this object is closed.
 *
 * <pre>{@code
 * AddressHandle group = domain.createAddressHandle(membership.path());
 * queuePair.postSend(
 *     request.send().localMemory(...).to(group, membership.queuePairNumber(), membership.queueKey()));
 * }</pre>
 */
public final class MulticastMembership extends DatagramAttempt implements AutoCloseable {

    private final InetAddress group;
    private final MulticastRole role;

    /** Where datagrams to the group go. Guarded by this object, as is the next field. */
    private DatagramPeer members;
    private boolean attached;

    MulticastMembership(
        final EventDispatcher dispatcher, final ConnectionIdentifierOperations identifier, final QueuePair queuePair,
        final InetAddress group, final MulticastRole role) {
        super(dispatcher, identifier, queuePair, new InetSocketAddress(group, 0), ConnectionParameters.defaults());
        this.group = group;
        this.role = role;
    }

    @Override
    void ask(final ConnectionEventType resolved) throws ProviderException {
        identifier().joinMulticast(group, role == MulticastRole.SENDER);
    }

    @Override
    boolean keepsIdentifier() {
        return true;
    }

    /**
     * Makes the queue pair receive, after the group was joined. Called on the thread of the caller, because a device
     * may open a socket.
     */
    synchronized MulticastMembership attach(final DatagramPeer joined) {
        members = joined;
        try {
            DatagramQueuePair.makeReady(queuePair(), identifier());
            if (role == MulticastRole.MEMBER) {
                queuePair().attachMulticast(joined.path().destination(), joined.path().localIdentifier());
                attached = true;
            }
            return this;
        } catch (final ProviderException e) {
            throw failures().ofCall(e, false);
        }
    }

    /**
     * Returns the address of the group.
     *
     * @return an address of a group.
     */
    public InetAddress group() {
        return group;
    }

    /**
     * Returns what the queue pair does with the group.
     *
     * @return the role.
     */
    public MulticastRole role() {
        return role;
    }

    /**
     * Returns the queue pair.
     *
     * @return the caller's queue pair.
     */
    public QueuePair queuePair() {
        return ownQueuePair();
    }

    /**
     * Returns the path to the members of the group. Its destination is the GID of the group.
     *
     * @return the path.
     */
    public synchronized AddressVector path() {
        return members.path();
    }

    /**
     * Returns the queue pair number that datagrams to the group name.
     *
     * @return 0xFFFFFF.
     */
    public synchronized int queuePairNumber() {
        return members.queuePairNumber();
    }

    /**
     * Returns the queue key of the group, which members have and datagrams to it carry.
     *
     * @return the key.
     */
    public synchronized int queueKey() {
        return members.queueKey();
    }

    /**
     * Leaves the group ({@code rdma_leave_multicast(3)}). The queue pair stays ready. Closing again has no effect,
     * unless closing failed before.
     *
     * @throws ConnectionException  if the identifier cannot be freed; the group is still left, and the manager
     *                              tries again to free it.
     * @throws VerbsException       if the queue pair cannot be detached; everything else is freed, and another call
     *                              tries again to detach it.
     * @throws WrongThreadException if the queue pair is confined to another thread that has not ended, and which must
     *                              repeat the call.
     */
    @Override
    public void close() {
        markClosed();
        free();
    }

    @Override
    synchronized void free() {
        Closing.closeAll(List.<Runnable>of(this::detach, this::leave, this::destroyIdentifier), Runnable::run);
    }

    /** Detaches the queue pair, unless it is closed or was detached by the program. If it fails, it can be repeated. */
    private void detach() {
        if (attached) {
            try {
                queuePair().detachMulticast(path().destination(), path().localIdentifier());
            } catch (final VerbsException e) {
                if (e.errno() != Errno.EINVAL) {
                    throw e;
                }
            } catch (final IllegalStateException queuePairIsClosed) {
                // It was detached when it was closed.
            }
            attached = false;
        }
    }

    private void leave() {
        if (members != null && !isDestroyed()) {
            try {
                identifier().leaveMulticast(group);
            } catch (final ProviderException leftWithItsIdentifier) {
                return;
            }
        }
    }

    @Override
    public String toString() {
        return "MulticastMembership of " + queuePair() + " in " + group.getHostAddress();
    }
}
