// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** The open and closed objects that random calls work on. All threads of a run share them. */
final class FuzzObjects {

    /** Objects of one kind, including some closed ones. */
    static final class Pool<T extends VerbsObject> {
        private final List<T> members = new ArrayList<>();
        private final ReentrantLock lock = new ReentrantLock();
        private final int size;

        Pool(final int size) {
            this.size = size;
        }

        /**
         * Makes room for another object by forgetting a closed one or closing an open one.
         *
         * @throws IllegalStateException if that object cannot be closed. The caller then creates no other object.
         */
        void makeRoom(final Random random) {
            final T victim = victim(random);
            if (victim == null) {
                return;
            }
            victim.close();
            lock.lock();
            try {
                members.remove(victim);
            } finally {
                lock.unlock();
            }
        }

        private T victim(final Random random) {
            lock.lock();
            try {
                if (members.size() < size) {
                    return null;
                }
                return members.stream().filter(member -> !member.isOpen()).findFirst()
                    .orElse(members.get(random.nextInt(members.size())));
            } finally {
                lock.unlock();
            }
        }

        void add(final T object) {
            lock.lock();
            try {
                members.add(object);
            } finally {
                lock.unlock();
            }
        }

        /** A random object, or null when there is none yet. */
        T any(final Random random) {
            lock.lock();
            try {
                return members.isEmpty() ? null : members.get(random.nextInt(members.size()));
            } finally {
                lock.unlock();
            }
        }
    }

    final Context context;
    final GidEntry gid;
    final Pool<ProtectionDomain> domains = new Pool<>(3);
    final Pool<ThreadDomain> threads = new Pool<>(2);
    final Pool<MemoryRegion> regions = new Pool<>(6);
    final Pool<CompletionChannel> channels = new Pool<>(2);
    final Pool<CompletionQueue> queues = new Pool<>(4);
    final Pool<SharedReceiveQueue> sharedQueues = new Pool<>(2);
    final Pool<QueuePair> queuePairs = new Pool<>(8);
    final Pool<AddressHandle> addressHandles = new Pool<>(3);
    final Pool<MemoryWindow> windows = new Pool<>(3);
    final FuzzConnections connections;
    final FuzzFlyweights flyweights = new FuzzFlyweights();

    /** The operations of batches on a reliable connection. */
    final SendOperation[] operations;

    /** What peers may do to regions, with FLUSH where the device has it. */
    final Access[] remoteRights;

    /** Connects queue pairs of an iWARP device; null where they are connected by hand. */
    final FuzzManagedPairs managedPairs;

    /** Every object that has been created and may still be open. */
    private final List<VerbsObject> made = new ArrayList<>();

    /** Queue pairs that have had their only reset, or null if resets are harmless. */
    private final Set<QueuePair> resetOnce;

    FuzzObjects(final Device device) {
        context = device.open();
        resetOnce = Unsupported.isRxe(device) ? ConcurrentHashMap.newKeySet() : null;
        gid = ConnectedPair.Side.anyGid(context);
        managedPairs = Unsupported.isIwarp(device) ? new FuzzManagedPairs(context) : null;
        connections = new FuzzConnections(context, gid.gid());
        operations = Arrays.stream(SendOperation.values()).filter(this::has).toArray(SendOperation[]::new);
        final List<Access> rights =
            new ArrayList<>(List.of(Access.REMOTE_READ, Access.REMOTE_WRITE, Access.REMOTE_ATOMIC));
        if (Arrays.asList(operations).contains(SendOperation.FLUSH)) {
            rights.add(Access.FLUSH_GLOBAL);
        }
        remoteRights = rights.toArray(Access[]::new);
    }

    private boolean has(final SendOperation operation) {
        try (ProtectionDomain domain = context.allocateProtectionDomain();
             CompletionQueue queue = context.createCompletionQueue(1)) {
            domain.createExtendedQueuePair(QueuePairConfiguration.reliableConnection(queue), operation).close();
            return true;
        } catch (final UnsupportedVerbException e) {
            return false;
        }
    }

    /** Creates an object and adds it to its pool. The object is always closed at the end. */
    <T extends VerbsObject> void make(final Pool<? super T> pool, final Random random, final Supplier<T> maker) {
        pool.makeRoom(random);
        final T object = maker.get();
        synchronized (this) {
            made.removeIf(former -> !former.isOpen());
            made.add(object);
        }
        pool.add(object);
    }

    /**
     * Returns whether a queue pair may go to RESET. On rxe, it may do so only once, before its first packet. Linux 6.1
     * resets a queue pair while another core may be answering a packet for it. The packet is then taken from the queue
     * twice, and its reference to the queue pair is returned twice. This frees memory in use, and any process of the
     * machine may hang or die ({@code rxe_qp.c}, {@code rxe_qp_reset}; {@code rxe_task.c}, {@code rxe_run_task}).
     */
    boolean mayReset(final QueuePair queuePair) {
        return resetOnce == null || resetOnce.add(queuePair);
    }

    /** Closes everything, children first, and returns the objects that cannot be closed. */
    synchronized List<String> closeAll() {
        if (managedPairs != null) {
            managedPairs.close();
        }
        final List<String> refusals = new ArrayList<>(connections.closeAll());
        if (!refusals.isEmpty()) {
            return refusals;
        }
        boolean progress = true;
        while (progress) {
            progress = false;
            refusals.clear();
            for (int index = made.size() - 1; index >= 0; index--) {
                try {
                    made.get(index).close();
                    made.remove(index);
                    progress = true;
                } catch (final IllegalStateException | VerbsException e) {
                    refusals.add(e.getMessage());
                }
            }
        }
        if (refusals.isEmpty()) {
            context.close();
        }
        return refusals;
    }
}
