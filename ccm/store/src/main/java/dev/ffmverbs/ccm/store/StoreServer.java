// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import dev.ffmverbs.Access;
import dev.ffmverbs.CompletionChannel;
import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.Context;
import dev.ffmverbs.Device;
import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.VerbsException;
import dev.ffmverbs.WorkCompletionOpcode;
import dev.ffmverbs.WorkCompletions;
import dev.ffmverbs.ccm.store.Reply.Outcome;
import dev.ffmverbs.cm.ConnectionException;
import dev.ffmverbs.cm.ConnectionManager;
import dev.ffmverbs.cm.ConnectionRequest;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/**
 * What a node does for clients. Its table is registered for READs, for which no code runs here. One thread receives
 * requests, appends to the log, changes the table and replies.
 */
final class StoreServer implements AutoCloseable {

    private static final System.Logger LOGGER = System.getLogger(StoreServer.class.getName());
    private static final int BACKLOG = 64;
    static final int MOST_CLIENTS = 64;
    private static final int ENTRIES = MOST_CLIENTS * 4 * ServedClient.DEPTH;

    /** Accepting takes long, and others wait meanwhile. */
    private static final int MOST_ACCEPTED_PER_TURN = 4;

    /** A thread that is busy looks this rarely for clients that are gone. */
    private static final int TURNS_BETWEEN_SWEEPS = 256;
    private static final Duration LONGEST_WAIT = Duration.ofMillis(1);

    private final Opened opened = new Opened();
    private final ProtectionDomain domain;
    private final CompletionChannel channel;
    private final CompletionQueue queue;
    private final MemoryRegion memory;
    private final Table table;
    private final ConnectionManager connections;
    private final WorkCompletions completions = WorkCompletions.allocate(ENTRIES);
    private final Queue<ConnectionRequest> arriving = new ConcurrentLinkedQueue<>();
    private final Queue<Runnable> interposed = new ConcurrentLinkedQueue<>();
    private final Map<Long, ServedClient> clients = new HashMap<>();
    private Tenure tenure;
    private Writes writes;
    private Greeting greeting;
    private Supplier<StoreStatus> status;
    private Runnable endService;
    private Thread thread;
    private long clientsAccepted;
    private int turnsSinceSweep;
    private volatile boolean closed;

    /** Registers a table for a number of buckets. */
    StoreServer(final Device device, final int buckets) {
        boolean complete = false;
        try {
            final Context context = opened.add(device.open());
            this.domain = opened.add(context.allocateProtectionDomain());
            this.channel = opened.add(context.createCompletionChannel());
            this.queue = opened.add(context.createCompletionQueue(ENTRIES, channel, 0));
            this.memory = opened.add(
                domain.allocate((long) buckets * Bucket.BYTES, Access.LOCAL_WRITE, Access.REMOTE_READ));
            this.table = new Table(memory.segment());
            this.connections = opened.add(ConnectionManager.open(context));
            complete = true;
        } finally {
            if (!complete) {
                opened.close();
            }
        }
    }

    Table table() {
        return table;
    }

    /**
     * Begins to serve clients.
     *
     * @param address     where it listens.
     * @param newTenure   how far this node is.
     * @param journal     its log.
     * @param readLeaseNs how long a client may READ after it has asked.
     * @param newStatus   returns how this node is; called by the thread that serves.
     * @param onFailure   is called if this server can no longer work, so that the other node takes over.
     */
    void start(
        final InetSocketAddress address, final Tenure newTenure, final Journal journal, final long readLeaseNs,
        final Supplier<StoreStatus> newStatus, final Runnable onFailure) {
        tenure = newTenure;
        status = newStatus;
        endService = onFailure;
        writes = new Writes(tenure, journal, table);
        greeting = new Greeting(memory.iova(), memory.rkey(), table.buckets(), readLeaseNs);
        opened.add(connections.listen(address, BACKLOG, arriving::add));
        thread = Thread.ofPlatform().name("store-server").start(this::run);
    }

    /** Lets the thread do something else first. */
    void interpose(final Runnable step) {
        interposed.add(step);
    }

    private void run() {
        try {
            while (!closed) {
                turn();
            }
        } catch (final Throwable e) {
            LOGGER.log(Level.ERROR, "the store's thread has failed; this node serves nobody from now on", e);
            endService.run();
        } finally {
            closeClients();
        }
    }

    private void turn() {
        queue.requestNotification(false);
        for (Runnable step = interposed.poll(); step != null; step = interposed.poll()) {
            step.run();
        }
        if (tenure.advance()) {
            writes.drop();
            closeClients();
        }
        acceptClients();
        final int received = receive();
        writes.advance();
        final boolean idle = received == 0 && arriving.isEmpty() && !writes.isBusy();
        if (idle || ++turnsSinceSweep >= TURNS_BETWEEN_SWEEPS) {
            turnsSinceSweep = 0;
            clients.values().removeIf(StoreServer::closeIfGone);
        }
        if (idle) {
            channel.await(LONGEST_WAIT);
        }
    }

    private static boolean closeIfGone(final ServedClient client) {
        if (client.isGone()) {
            client.close();
            return true;
        }
        return false;
    }

    private void acceptClients() {
        for (int left = MOST_ACCEPTED_PER_TURN; left > 0 && !arriving.isEmpty(); left--) {
            final ConnectionRequest request = arriving.remove();
            if (clients.size() == MOST_CLIENTS) {
                closeSilent();
            }
            final long number = ++clientsAccepted;
            try {
                clients.put(number, ServedClient.accept(request, number, domain, queue, greeting));
            } catch (final ConnectionException | VerbsException | IllegalStateException e) {
                LOGGER.log(Level.INFO, "a client could not be accepted", e);
            }
        }
    }

    /** Makes room: a client that was killed says nothing, and its connection remains. */
    private void closeSilent() {
        final long number = Collections.max(clients.entrySet(),
            Comparator.comparingLong(each -> each.getValue().silentNs())).getKey();
        clients.remove(number).close();
    }

    private int receive() {
        final int count = queue.poll(completions);
        for (int i = 0; i < count; i++) {
            final long id = completions.workRequestId(i);
            final long number = id / ServedClient.DEPTH;
            final ServedClient client = clients.get(number);
            if (client != null && !completions.isSuccess(i)) {
                clients.remove(number).close();
            } else if (client != null && completions.opcode(i) == WorkCompletionOpcode.RECEIVE) {
                client.take(id, completions.byteLength(i)).ifPresentOrElse(
                    request -> answer(client, id, request), () -> closeMalformed(clients.remove(number)));
            } else if (client != null) {
                client.noteReplySent();
            }
        }
        return count;
    }

    /** Anybody can connect and send anything, which must not end the service of others. */
    private static void closeMalformed(final ServedClient client) {
        LOGGER.log(Level.WARNING, "{0} sent a malformed request; its connection is closed", client);
        client.close();
    }

    private void answer(final ServedClient client, final long workRequestId, final Request request) {
        if (request.kind() == Request.Kind.PING) {
            client.reply(workRequestId, request.id(), tenure.isServing() ? Outcome.DONE : Outcome.NOT_SERVING);
        } else if (request.kind() == Request.Kind.STATUS) {
            client.reply(workRequestId, request.id(), status.get());
        } else {
            writes.submit(request, outcome -> client.reply(workRequestId, request.id(), outcome), client::isGone);
        }
    }

    private void closeClients() {
        for (final Iterator<ServedClient> each = clients.values().iterator(); each.hasNext();) {
            each.next().close();
            each.remove();
        }
    }

    private void awaitThread() {
        boolean interrupted = false;
        while (thread != null && thread.isAlive()) {
            try {
                thread.join();
            } catch (final InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        awaitThread();
        opened.close();
    }
}
