// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.zookeeper;

import dev.ffmverbs.ccm.ownership.ArbiterException;
import dev.ffmverbs.ccm.ownership.OwnershipWord;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.BackgroundCallback;
import org.apache.curator.framework.api.CuratorEvent;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;

/** One call of an arbiter: requests about one znode, one after the other, which all end in the time of the call. */
final class BoundedCall {

    /** Hands a request to Curator, which calls back. */
    private interface Request {
        void start(BackgroundCallback callback) throws Exception;
    }

    private final CuratorFramework client;
    private final String path;
    private final WholePath where;
    private final String text;
    private final long timeoutNs;
    private final long startNs = System.nanoTime();
    private final CompletableFuture<CuratorEvent> closing;

    /**
     * Begins.
     *
     * @param path      path of the znode for this client.
     * @param where     path of the znode for people.
     * @param text      what the call is for.
     * @param timeoutNs how long the requests may take.
     * @param closing   completes when the arbiter is closed.
     */
    BoundedCall(
        final CuratorFramework client, final String path, final WholePath where, final String text,
        final long timeoutNs, final CompletableFuture<CuratorEvent> closing) {
        this.client = client;
        this.path = path;
        this.where = where;
        this.text = text;
        this.timeoutNs = Math.max(0, timeoutNs);
        this.closing = closing;
    }

    /** Lets the server to which the client is connected catch up with all writes that were acknowledged before. */
    void sync() throws ArbiterException, InterruptedException {
        await("sync", Set.of(Code.OK), callback -> client.sync().inBackground(callback).forPath(path));
    }

    StoredWord read() throws ArbiterException, InterruptedException {
        final CuratorEvent event = await("read", Set.of(Code.OK, Code.NONODE),
            callback -> client.getData().inBackground(callback).forPath(path));
        return code(event) == Code.NONODE ? StoredWord.MISSING
            : StoredWord.read(where.text(), event.getData(), event.getStat());
    }

    /** Returns false if the znode is no longer the one that was read. */
    boolean replace(final StoredWord read, final OwnershipWord next) throws ArbiterException, InterruptedException {
        final CuratorEvent event = await("replace", Set.of(Code.OK, Code.BADVERSION, Code.NONODE),
            callback -> client.setData().withVersion(read.stat().getVersion()).inBackground(callback)
                .forPath(path, StoredWord.bytes(next)));
        return code(event) == Code.OK;
    }

    /** Returns false if the znode is there already. */
    boolean create(final OwnershipWord word) throws ArbiterException, InterruptedException {
        final CuratorEvent event = await("create", Set.of(Code.OK, Code.NODEEXISTS),
            callback -> client.create().creatingParentsIfNeeded().withMode(CreateMode.PERSISTENT)
                .inBackground(callback).forPath(path, StoredWord.bytes(word)));
        return code(event) == Code.OK;
    }

    private static Code code(final CuratorEvent event) {
        return Code.get(event.getResultCode());
    }

    private CuratorEvent await(final String what, final Set<Code> expected, final Request request)
        throws ArbiterException, InterruptedException {
        final long leftNs = timeoutNs - (System.nanoTime() - startNs);
        if (leftNs <= 0) {
            throw exceptionFor(what + " was not begun within " + timeoutText(), null);
        }
        final CompletableFuture<CuratorEvent> answer = new CompletableFuture<>();
        // Curator replaces a lost connection in the thread that comes with the next request, which can take long.
        Thread.startVirtualThread(() -> start(request, answer));
        try {
            CompletableFuture.anyOf(answer, closing).get(leftNs, TimeUnit.NANOSECONDS);
        } catch (final TimeoutException e) {
            throw exceptionFor(what + " was not answered within " + timeoutText(), e);
        } catch (final ExecutionException e) {
            throw exceptionFor(what + " could not be sent: " + e.getCause(), e.getCause());
        }
        if (!answer.isDone()) {
            throw exceptionFor("the arbiter was closed before " + what + " was answered", null);
        }
        final CuratorEvent event = answer.join();
        final Code code = code(event);
        if (code == null) {
            throw exceptionFor(what + " was answered with code " + event.getResultCode()
                + ", which this version of ZooKeeper's client does not know", null);
        }
        if (code == Code.NONODE && !expected.contains(code) && !where.chroot().isEmpty()) {
            throw exceptionFor(what + " was answered with " + code + ": the path " + where.chroot()
                + " of the connection string does not exist: create it, for example with 'create " + where.chroot()
                + "' of zkCli.sh", KeeperException.create(code, where.text()));
        }
        if (!expected.contains(code)) {
            throw exceptionFor(what + " was answered with " + code, KeeperException.create(code, where.text()));
        }
        return event;
    }

    private static void start(final Request request, final CompletableFuture<CuratorEvent> answer) {
        try {
            request.start((ignored, event) -> answer.complete(event));
        } catch (final Throwable e) {
            answer.completeExceptionally(e);
        }
    }

    private ArbiterException exceptionFor(final String reason, final Throwable cause) {
        return new ArbiterException(text + " at znode " + where + ": " + reason, cause);
    }

    private String timeoutText() {
        return TimeUnit.NANOSECONDS.toMicros(timeoutNs) + " us";
    }
}
