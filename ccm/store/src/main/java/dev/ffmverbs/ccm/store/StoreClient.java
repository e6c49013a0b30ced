// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import dev.ffmverbs.Context;
import dev.ffmverbs.Device;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.ccm.store.Reply.Outcome;
import dev.ffmverbs.ccm.store.Request.Kind;
import dev.ffmverbs.cm.ConnectionException;
import dev.ffmverbs.cm.ConnectionManager;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A client of a store. It finds the node that serves, and follows it. Used by one thread.
 *
 * <p>A GET is one READ of a bucket of the node's table, if the client has a lease: {@link ReadLease} says why that is
 * linearizable. A write is a SEND and a reply. A write that gets no reply is in doubt and is not repeated, because it
 * may have been executed.
 */
public final class StoreClient implements AutoCloseable {

    private static final Duration CONNECT_LIMIT = Duration.ofMillis(500);
    private static final long RETRY_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(5);

    /** A node that does not say for so long whether it serves is given up, in case the other one does. */
    private static final long ANSWER_LIMIT_NS = TimeUnit.MILLISECONDS.toNanos(150);

    /** Longer limits are as good as this one, and a deadline stays comparable. */
    private static final Duration LONGEST_LIMIT = Duration.ofDays(365);

    private final List<InetSocketAddress> nodes;
    private final long limitNs;
    private final Opened opened = new Opened();
    private final ProtectionDomain domain;
    private final ConnectionManager connections;
    private NodeLink link;
    private int nextNode;

    /** Why no node was reached; empty after one was. */
    private String trouble = "";

    /**
     * Creates a client, which connects with its first operation.
     *
     * @param device device of the client.
     * @param nodes  where the nodes listen for clients, at least one.
     * @param limit  longest time that an operation may take.
     * @throws IllegalArgumentException    if there is no node, or the limit is not positive.
     * @throws dev.ffmverbs.VerbsException if the device cannot be opened.
     */
    public StoreClient(final Device device, final List<InetSocketAddress> nodes, final Duration limit) {
        if (nodes.isEmpty()) {
            throw new IllegalArgumentException("a client needs at least one node to connect to");
        }
        if (!limit.isPositive()) {
            throw new IllegalArgumentException("the limit is " + limit + "; it must be positive");
        }
        this.nodes = List.copyOf(nodes);
        this.limitNs = (limit.compareTo(LONGEST_LIMIT) > 0 ? LONGEST_LIMIT : limit).toNanos();
        boolean complete = false;
        try {
            final Context context = opened.add(device.open());
            this.domain = opened.add(context.allocateProtectionDomain());
            this.connections = opened.add(ConnectionManager.open(context));
            complete = true;
        } finally {
            if (!complete) {
                opened.close();
            }
        }
    }

    /**
     * Returns the present value of a key.
     *
     * @param key the key.
     * @return its value; empty if it has none.
     * @throws StoreException           if no node serves within the limit.
     * @throws IllegalArgumentException if the key is too long.
     */
    public Optional<String> get(final String key) throws StoreException {
        final byte[] keyBytes = Item.encodeKey(key);
        final long deadlineNs = System.nanoTime() + limitNs;
        while (find(deadlineNs)) {
            if (read(Bucket.indexOf(keyBytes, link.nodesGreeting().buckets())) && link.lease().lasts()
                && Bucket.isWhole(link.bucket(), 0)) {
                return Bucket.find(link.bucket(), 0, keyBytes);
            }
        }
        throw new StoreException("no node has served GET " + key + " within " + limitText() + trouble, false);
    }

    /**
     * Asks a node how it is. Nodes on standby answer as well.
     *
     * @param node where the node listens for clients.
     * @return its answer.
     * @throws StoreException if it does not answer within the limit.
     */
    StoreStatus ask(final InetSocketAddress node) throws StoreException {
        final long deadlineNs = System.nanoTime() + limitNs;
        try (NodeLink asked = NodeLink.connect(connections, domain, node, Duration.ofNanos(limitNs))) {
            asked.submit(Kind.STATUS, "", "", null);
            final Reply reply = awaitReply(asked, deadlineNs);
            if (reply != null) {
                return reply.status();
            }
            if (asked.isBroken()) {
                throw new StoreException("it has ended the connection without an answer", false);
            }
        } catch (final ConnectionException e) {
            throw new StoreException(e.getMessage(), false);
        }
        throw new StoreException("it is connected and has not answered within " + limitText(), false);
    }

    /** READs the bucket of a key without looking at it, to compare times. */
    void readOnly(final String key) throws StoreException {
        final int bucket = Bucket.indexOf(Item.encodeKey(key), link.nodesGreeting().buckets());
        link.postRead(bucket);
        int looks = 0;
        while (link.isReading()) {
            if (link.isBroken()) {
                throw new StoreException("the connection is lost", false);
            }
            link.pause(looks++);
        }
    }

    /**
     * Sets the value of a key.
     *
     * @param key   the key.
     * @param value its new value.
     * @throws StoreException           if that is not confirmed within the limit.
     * @throws IllegalArgumentException if the key or the value is too long.
     */
    public void put(final String key, final String value) throws StoreException {
        write(Kind.PUT, key, value, null);
    }

    /**
     * Removes a key.
     *
     * @param key the key.
     * @throws StoreException           if that is not confirmed within the limit.
     * @throws IllegalArgumentException if the key is too long.
     */
    public void delete(final String key) throws StoreException {
        write(Kind.DELETE, key, "", null);
    }

    /**
     * Sets the value of a key if it has another one at present.
     *
     * @param key      the key.
     * @param expected the value that it must have; empty if it must have none.
     * @param value    its new value.
     * @return whether it had the value expected.
     * @throws StoreException           if that is not confirmed within the limit.
     * @throws IllegalArgumentException if the key or a value is too long.
     */
    public boolean compareAndSet(final String key, final Optional<String> expected, final String value)
        throws StoreException {
        return write(Kind.COMPARE_AND_SET, key, value, expected.orElse(null)) == Outcome.DONE;
    }

    private Outcome write(final Kind kind, final String key, final String value, final String expected)
        throws StoreException {
        Item.encodeKey(key);
        Item.encodeValue(value);
        Item.encodeValue(expected == null ? "" : expected);
        final long deadlineNs = System.nanoTime() + limitNs;
        while (find(deadlineNs)) {
            link.submit(kind, key, value, expected);
            final Reply reply = awaitReply(link, deadlineNs);
            if (reply == null) {
                drop();
                throw new StoreException(kind + " " + key + " has no answer; it may have been executed", true);
            }
            switch (reply.outcome()) {
                case DONE, OTHER_VALUE -> {
                    return reply.outcome();
                }
                case FULL -> throw new StoreException("there is no room for key " + key, false);
                case NOT_SERVING -> drop();
                case NO_PARTNER -> LockSupport.parkNanos(RETRY_PAUSE_NS);
                case STATUS -> throw new IllegalStateException("the reply to " + kind + " is a status");
            }
        }
        throw new StoreException(
            "no node has executed " + kind + " " + key + " within " + limitText() + trouble, false);
    }

    /** Finds the node that serves. Returns whether there is a lease. An interrupt of the thread ends the search. */
    private boolean find(final long deadlineNs) {
        while (System.nanoTime() - deadlineNs < 0) {
            if (Thread.currentThread().isInterrupted()) {
                trouble = "; the thread was interrupted";
                return false;
            }
            if (link == null || link.isBroken() || link.hasRefused()) {
                drop();
                connect();
            } else if (link.lease().lasts()) {
                return true;
            } else if (!awaitLease(deadlineNs)) {
                drop();
            }
        }
        return false;
    }

    private void connect() {
        final InetSocketAddress node = nodes.get(nextNode);
        nextNode = (nextNode + 1) % nodes.size();
        try {
            link = NodeLink.connect(connections, domain, node, CONNECT_LIMIT);
            trouble = "";
        } catch (final ConnectionException | IllegalArgumentException e) {
            trouble = "; the last attempt to connect failed: " + e.getMessage();
            LockSupport.parkNanos(RETRY_PAUSE_NS);
        }
    }

    private void drop() {
        if (link != null) {
            link.close();
            link = null;
            LockSupport.parkNanos(RETRY_PAUSE_NS);
        }
    }

    private boolean awaitLease(final long deadlineNs) {
        final long startNs = System.nanoTime();
        final long limitNs = Math.min(deadlineNs - startNs, ANSWER_LIMIT_NS);
        int looks = 0;
        while (!link.isBroken() && System.nanoTime() - startNs < limitNs) {
            link.sendPing();
            link.pause(looks++);
            if (link.lease().lasts() || link.hasRefused()) {
                return link.lease().lasts();
            }
        }
        return false;
    }

    /** READs a bucket, and asks for another lease in time. Returns whether the READ was done. */
    private boolean read(final int bucket) {
        if (link.lease().isHalfOver()) {
            link.sendPing();
        }
        link.postRead(bucket);
        int looks = 0;
        while (link.isReading() && !link.isBroken() && link.lease().lasts()) {
            link.pause(looks++);
        }
        if (link.isReading()) {
            drop();
            return false;
        }
        return true;
    }

    private static Reply awaitReply(final NodeLink asked, final long deadlineNs) {
        int looks = 0;
        while (asked.reply() == null && !asked.isBroken() && System.nanoTime() - deadlineNs < 0) {
            asked.pause(looks++);
        }
        return asked.reply();
    }

    @Override
    public void close() {
        try (opened) {
            if (link != null) {
                link.close();
            }
        }
    }

    private String limitText() {
        return TimeUnit.NANOSECONDS.toMillis(limitNs) + " ms";
    }
}
