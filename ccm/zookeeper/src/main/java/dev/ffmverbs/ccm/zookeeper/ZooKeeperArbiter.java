// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.zookeeper;

import dev.ffmverbs.ccm.ownership.Arbiter;
import dev.ffmverbs.ccm.ownership.ArbiterAnswer;
import dev.ffmverbs.ccm.ownership.ArbiterAnswer.Standing;
import dev.ffmverbs.ccm.ownership.ArbiterException;
import dev.ffmverbs.ccm.ownership.OwnershipWord;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.CuratorEvent;
import org.apache.curator.framework.imps.CuratorFrameworkState;
import org.apache.zookeeper.common.PathUtils;

/**
 * An arbiter that keeps the word of a pair in a znode of Apache ZooKeeper.
 *
 * <p>Both nodes of a pair must use the same ensemble and path. If the whole paths differ, neither node owns, and both
 * log a warning. That the ensembles differ is not noticed. The znode is created when the pair founds the arbiter,
 * with parents if they are missing; a znode that is missing or empty is {@link ArbiterAnswer.Standing#FRESH}. If the
 * client's connection string ends with a path, that path must exist, because ZooKeeper creates nothing below it
 * otherwise. Nobody else may write the znode, and nobody may delete it while a node of the pair runs.
 *
 * <p>Curator repeats requests when a connection is lost, as the retry policy of the client says. A call that has no
 * answer in its time throws {@link ArbiterException}; what it has requested can still take effect while Curator repeats
 * it, but replaces nothing but the word that was read before. Every call also throws {@link ArbiterException} if
 * ZooKeeper refuses it, for example because of missing rights, or if the znode holds something else than a word.
 *
 * <p>Calls throw {@link IllegalStateException} after this arbiter was closed, and {@link IllegalArgumentException} if a
 * word has no term. Thread-safe.
 */
public final class ZooKeeperArbiter implements Arbiter {

    private final CuratorFramework client;
    private final String path;
    private final WholePath where;
    private final CompletableFuture<CuratorEvent> closing = new CompletableFuture<>();

    /** Whether the latest read has found no word, without which nothing is founded. */
    private volatile boolean seenEmpty;

    /**
     * Creates an arbiter. It sends nothing until one of its methods is called.
     *
     * @param client a started client. It still belongs to the caller, who closes it after this arbiter.
     * @param path   the znode of the pair, below the client's namespace if it has one.
     * @throws IllegalArgumentException if the client was not started or is closed, or the path is not that of a znode.
     */
    public ZooKeeperArbiter(final CuratorFramework client, final String path) {
        Objects.requireNonNull(path, "path");
        if (client.getState() != CuratorFrameworkState.STARTED) {
            throw new IllegalArgumentException("client is " + client.getState() + "; it must be STARTED");
        }
        PathUtils.validatePath(path);
        if (path.equals("/")) {
            throw new IllegalArgumentException("path is /; it must name a znode below the root");
        }
        this.client = client;
        this.path = path;
        this.where = WholePath.of(client, path);
    }

    /**
     * Identifies the whole path of the znode, with the path of the connection string and the client's namespace. It
     * does not identify the ensemble: two ensembles that are used with one path have the same number.
     */
    @Override
    public long storeNumber() {
        return where.number();
    }

    @Override
    public ArbiterAnswer read(final long timeoutNs) throws ArbiterException, InterruptedException {
        final BoundedCall call = begin("read", timeoutNs);
        seenEmpty = false;
        call.sync();
        final StoredWord stored = call.read();
        seenEmpty = stored.isFresh();
        return new ArbiterAnswer(stored.word(), stored.isFresh() ? Standing.FRESH : Standing.DECIDED,
            stored.isMissing() ? 0 : stored.stat().getMzxid());
    }

    @Override
    public boolean renew(final OwnershipWord held, final long timeoutNs) throws ArbiterException, InterruptedException {
        final BoundedCall call = begin("renew", held, timeoutNs);
        StoredWord stored = call.read();
        boolean upToDate = false;
        while (true) {
            if (stored.word().equals(held)) {
                if (call.replace(stored, held)) {
                    return true;
                }
            } else if (upToDate) {
                return false;
            }
            call.sync();
            stored = call.read();
            upToDate = true;
        }
    }

    @Override
    public boolean win(final OwnershipWord next, final long timeoutNs) throws ArbiterException, InterruptedException {
        final BoundedCall call = begin("win", next, timeoutNs);
        StoredWord stored = call.read();
        boolean upToDate = false;
        boolean tried = false;
        while (true) {
            if (tried && stored.word().equals(next)) {
                // Curator has repeated the request: the first one took effect, and its answer was lost.
                return true;
            }
            if (stored.word().term() >= next.term() || stored.isFresh() && upToDate) {
                return false;
            }
            if (!stored.isFresh()) {
                if (call.replace(stored, next)) {
                    return true;
                }
                tried = true;
            }
            call.sync();
            stored = call.read();
            upToDate = true;
        }
    }

    @Override
    public boolean foundWith(final OwnershipWord agreed, final long timeoutNs)
        throws ArbiterException, InterruptedException {
        final BoundedCall call = begin("found", agreed, timeoutNs);
        while (true) {
            call.sync();
            final StoredWord stored = call.read();
            if (!stored.isFresh() || !seenEmpty) {
                return stored.word().equals(agreed);
            }
            if (stored.isMissing() ? call.create(agreed) : call.replace(stored, agreed)) {
                return true;
            }
        }
    }

    private BoundedCall begin(final String what, final OwnershipWord word, final long timeoutNs) {
        if (word.equals(OwnershipWord.NONE)) {
            throw new IllegalArgumentException("word is " + word + "; it must have a term of at least 1");
        }
        return begin(what + " " + word, timeoutNs);
    }

    private BoundedCall begin(final String text, final long timeoutNs) {
        if (closing.isDone()) {
            throw new IllegalStateException(this + " is closed");
        }
        return new BoundedCall(client, path, where, text, timeoutNs, closing);
    }

    /** Ends calls that wait. The client stays open. */
    @Override
    public void close() {
        closing.complete(null);
    }

    @Override
    public String toString() {
        return "ZooKeeperArbiter[" + where + "]";
    }
}
