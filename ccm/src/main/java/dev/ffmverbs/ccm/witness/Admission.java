// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.witness;

import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.VerbsException;
import dev.ffmverbs.ccm.internal.thread.Completions;
import dev.ffmverbs.ccm.internal.thread.NodeThread;
import dev.ffmverbs.cm.ConnectionException;
import dev.ffmverbs.cm.ConnectionRequest;
import dev.ffmverbs.spi.Closing;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Lets nodes connect to the blocks of their pairs. This is all that a witness does.
 *
 * <p>Requests are checked on the thread of the connection manager, and accepted on a separate thread, which registers
 * memory. At most one request of a node waits. A newer one replaces it.
 */
final class Admission implements AutoCloseable {

    private static final Logger LOGGER = System.getLogger(Admission.class.getName());
    private static final long END_NS = TimeUnit.SECONDS.toNanos(10);

    private record NodeKey(PairNumber pair, int node) {
    }

    private record Waiting(ConnectionRequest asked, PairRequest from) {
    }

    private final WitnessIdentity witness;
    private final CompletionQueue queue;
    private final BlockMemory memory;
    private final int mostPairs;
    private final RefusalLog refusals;

    private final Map<PairNumber, PairBlock> blocks = new ConcurrentHashMap<>();
    private final Map<NodeKey, Waiting> waiting = new HashMap<>();
    private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final NodeThread thread;

    /**
     * Creates an admission that has not started.
     *
     * @param witness   who the witness is.
     * @param queue     completion queue, in which nothing ever completes.
     * @param memory    where blocks are allocated.
     * @param mostPairs largest number of pairs.
     * @param refusals  counts refused requests.
     */
    Admission(
        final WitnessIdentity witness, final CompletionQueue queue, final BlockMemory memory, final int mostPairs,
        final RefusalLog refusals) {
        this.witness = witness;
        this.queue = queue;
        this.memory = memory;
        this.mostPairs = mostPairs;
        this.refusals = refusals;
        this.thread = new NodeThread("ccm-witness-" + witness.address().getPort(),
            () -> witness + ": a connection could not be handled", () -> tasks.take().run());
    }

    void start() {
        thread.start();
    }

    List<WitnessedPair> describe() {
        return blocks.values().stream().map(PairBlock::describe).toList();
    }

    /** Returns the block of a pair; null if none of its nodes has connected yet. */
    PairBlock block(final PairNumber pair) {
        return blocks.get(pair);
    }

    /** Checks a request and lets it wait. Called on the thread of the connection manager. */
    void receive(final ConnectionRequest asked) {
        try {
            final PairRequest from =
                PairRequest.decode(asked.privateData(), asked.remoteAddress().getAddress(), witness.secret());
            final NodeKey key = new NodeKey(from.pair(), from.node());
            final Waiting former;
            synchronized (waiting) {
                former = waiting.put(key, new Waiting(asked, from));
            }
            if (former != null) {
                reject(former.asked, new byte[0]);
            } else {
                tasks.add(() -> answer(key));
            }
        } catch (final RefusedException e) {
            refuse(asked, e.refusal(), e.getMessage());
        }
    }

    private void refuse(final ConnectionRequest asked, final Refusal refusal, final String detail) {
        refusals.add(asked.remoteAddress(), refusal, detail);
        reject(asked, refusal.encode());
    }

    /** Rejects a request. Does nothing if its sender has already given up. */
    private static void reject(final ConnectionRequest asked, final byte[] reason) {
        try {
            asked.reject(reason);
        } catch (final ConnectionException | IllegalStateException e) {
            LOGGER.log(Level.DEBUG, "the rejection of {0} is not sent: {1}", asked, e.getMessage());
        }
    }

    private void answer(final NodeKey key) {
        final Waiting next;
        synchronized (waiting) {
            next = waiting.remove(key);
        }
        boolean answered = false;
        try {
            final PairBlock block = blockOf(key.pair);
            if (block == null) {
                refusals.add(next.asked.remoteAddress(), Refusal.FULL, "it is of a new pair, and this witness has "
                    + mostPairs + " already; forget one that no longer exists");
                reject(next.asked, Refusal.FULL.encode(mostPairs));
            } else {
                accept(next, key.node, block);
            }
            answered = true;
        } catch (final ConnectionException | VerbsException e) {
            refusals.add(next.asked.remoteAddress(), Refusal.NOT_ACCEPTED,
                "node " + key.node + " of pair " + key.pair + " cannot be accepted: " + e.getMessage());
        } finally {
            if (!answered) {
                reject(next.asked, new byte[0]);
            }
        }
    }

    /** Returns the block of a pair, an empty one if the pair is new; null if there is no room. */
    private PairBlock blockOf(final PairNumber pair) {
        final PairBlock present = blocks.get(pair);
        if (present != null || blocks.size() >= mostPairs) {
            return present;
        }
        final PairBlock created = new PairBlock(pair, memory.allocate(), witness.incarnation());
        blocks.put(pair, created);
        return created;
    }

    /**
     * Forgets a pair, as if the witness had started again for this pair alone. Waits until no operation of its nodes
     * can reach the block.
     *
     * @param name name of the pair, as {@link WitnessedPair} has it.
     * @return whether there was such a pair.
     * @throws VerbsException      if the device cannot end a connection; the pair is not forgotten then.
     * @throws ConnectionException likewise.
     */
    boolean forget(final String name) {
        final CompletableFuture<Boolean> forgotten = new CompletableFuture<>();
        tasks.add(() -> {
            try {
                forgotten.complete(forgetNow(name));
            } catch (final RuntimeException | Error e) {
                forgotten.completeExceptionally(e);
            }
        });
        try {
            return forgotten.join();
        } catch (final CompletionException e) {
            if (e.getCause() instanceof final RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** Connections end before the memory is used for another pair, so that nothing of the nodes reaches that one. */
    private boolean forgetNow(final String name) {
        for (final Map.Entry<PairNumber, PairBlock> each : blocks.entrySet()) {
            final PairBlock block = each.getValue();
            if (block.describe().name().equals(name)) {
                for (int node = 0; node < 2; node++) {
                    final NodeAccess access = block.access(node);
                    if (access != null) {
                        end(block, node, access);
                    }
                }
                blocks.remove(each.getKey());
                memory.free(block.memory());
                return true;
            }
        }
        return false;
    }

    /** The former connection ends first, so that nothing that the node has sent over it takes effect later. */
    private void accept(final Waiting next, final int node, final PairBlock block) {
        final NodeAccess former = block.access(node);
        if (former != null) {
            end(block, node, former);
        }
        final NodeAccess access = NodeAccess.accept(next.asked, next.from, block, witness, queue);
        block.access(node, access);
        Completions.follow(access.connection().whenDisconnected(), access.connection().toString(),
            (nothing, failure) -> tasks.add(() -> end(block, node, access)));
    }

    private static void end(final PairBlock block, final int node, final NodeAccess access) {
        access.close();
        if (block.access(node) == access) {
            block.access(node, null);
        }
    }

    /** Ends all connections, after the last request has arrived. */
    @Override
    public void close() {
        thread.end();
        tasks.add(() -> { });
        thread.join(END_NS);
        final List<NodeAccess> open = new ArrayList<>();
        for (final PairBlock block : blocks.values()) {
            for (int node = 0; node < 2; node++) {
                final NodeAccess access = block.access(node);
                if (access != null) {
                    open.add(access);
                }
            }
        }
        Closing.closeAll(open, NodeAccess::close);
    }
}
