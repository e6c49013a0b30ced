// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.cm.Connection;
import dev.ffmverbs.cm.ConnectionException;
import dev.ffmverbs.cm.ConnectionManager;
import dev.ffmverbs.cm.ConnectionRequest;
import dev.ffmverbs.cm.DatagramPeer;
import dev.ffmverbs.cm.DatagramRequest;
import dev.ffmverbs.cm.Listener;
import dev.ffmverbs.cm.MulticastMembership;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** The open and closed objects of connection managers that random calls work on. All threads of a run share them. */
final class FuzzConnections {

    private static final long CLOSING_NS = TimeUnit.SECONDS.toNanos(20);
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(10);

    /** Objects of one kind, including some that are closed or answered. One too many displaces another. */
    static final class Pool<T> {
        private final List<T> members = new ArrayList<>();
        private final Random random = new Random();
        private final int size;
        private final Consumer<T> end;

        Pool(final int size, final Consumer<T> end) {
            this.size = size;
            this.end = end;
        }

        void add(final T object) {
            T displaced = null;
            synchronized (this) {
                if (members.size() == size) {
                    displaced = members.remove(random.nextInt(size));
                }
                members.add(object);
            }
            if (displaced != null) {
                endQuietly(displaced);
            }
        }

        /**
         * Makes room for another object.
         *
         * @throws IllegalStateException if the object whose place it would take cannot be closed.
         */
        void makeRoom(final Random chooser) {
            final T victim = any(chooser);
            if (all().size() == size) {
                end.accept(victim);
                synchronized (this) {
                    members.remove(victim);
                }
            }
        }

        /** Ends an object that may have ended already. */
        private void endQuietly(final T object) {
            try {
                end.accept(object);
            } catch (final IllegalStateException | ConnectionException overAlready) {
                return;
            }
        }

        synchronized T any(final Random chooser) {
            return members.isEmpty() ? null : members.get(chooser.nextInt(members.size()));
        }

        synchronized List<T> all() {
            return List.copyOf(members);
        }

        void endAll() {
            all().forEach(this::endQuietly);
        }
    }

    final InetSocketAddress anyPort;
    final Pool<ConnectionManager> managers = new Pool<>(3, this::close);
    final Pool<Listener> listeners = new Pool<>(4, this::close);
    final Pool<Listener> datagramListeners = new Pool<>(2, this::close);
    final Pool<ConnectionRequest> requests = new Pool<>(4, request -> request.reject(new byte[0]));
    final Pool<DatagramRequest> datagramRequests = new Pool<>(3, request -> request.reject(new byte[0]));
    final Pool<Connection> connections = new Pool<>(6, this::close);
    final Pool<MulticastMembership> memberships = new Pool<>(3, this::close);
    final Pool<CompletableFuture<?>> attempts = new Pool<>(8, attempt -> attempt.cancel(false));
    final Pool<DatagramPeer> peers = new Pool<>(3, peer -> { });

    /** What has been made and not been closed successfully. */
    private final Set<AutoCloseable> made = new LinkedHashSet<>();

    FuzzConnections(final Context context, final Gid gid) {
        final InetAddress address = context.device().transportType() == TransportType.IWARP
            ? ManagedEnds.address(context) : gid.address();
        anyPort = new InetSocketAddress(address, 0);
    }

    /** Keeps an object, which is always closed at the end. */
    <T extends AutoCloseable> T keep(final Pool<? super T> pool, final T object) {
        synchronized (made) {
            made.add(object);
        }
        pool.add(object);
        return object;
    }

    /** Closes an object. It is closed again at the end if this fails. */
    void close(final AutoCloseable object) {
        try {
            object.close();
        } catch (final RuntimeException e) {
            throw e;
        } catch (final Exception e) {
            throw new AssertionError("no such object throws a checked exception", e);
        }
        synchronized (made) {
            made.remove(object);
        }
    }

    /** Closes everything, managers last, and returns the objects that cannot be closed. */
    List<String> closeAll() {
        final long startNs = System.nanoTime();
        List<String> refusals;
        do {
            attempts.endAll();
            refusals = closeOnce();
            if (!refusals.isEmpty()) {
                // An attempt that has just ended may still free its identifier.
                LockSupport.parkNanos(PAUSE_NS);
            }
        } while (!refusals.isEmpty() && System.nanoTime() - startNs < CLOSING_NS);
        return refusals;
    }

    private List<String> closeOnce() {
        final List<AutoCloseable> order;
        synchronized (made) {
            order = new ArrayList<>(made);
        }
        order.sort((left, right) -> Boolean.compare(left instanceof ConnectionManager,
            right instanceof ConnectionManager));
        final List<String> refusals = new ArrayList<>();
        for (final AutoCloseable object : order) {
            try {
                close(object);
            } catch (final IllegalStateException | VerbsException | ConnectionException e) {
                refusals.add(e.getMessage());
            }
        }
        return refusals;
    }
}
