// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.handshake;

import dev.ffmverbs.ccm.value.TraceEntry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** The RDMA operations of a node's handshakes with one partner, in the order in which they were issued. Thread-safe. */
public final class HandshakeTrace {

    /** Entries kept. Older ones are dropped, so that a partner that is absent for years fills no memory. */
    public static final int CAPACITY = 1024;

    private final Deque<TraceEntry> entries = new ArrayDeque<>();
    private final Consumer<TraceEntry> observer;

    /**
     * Creates an empty trace.
     *
     * @param observer receives each entry when it is added, on the thread that adds it.
     */
    public HandshakeTrace(final Consumer<TraceEntry> observer) {
        this.observer = Objects.requireNonNull(observer, "observer");
    }

    void add(final TraceEntry entry) {
        synchronized (entries) {
            if (entries.size() == CAPACITY) {
                entries.removeFirst();
            }
            entries.addLast(entry);
        }
        observer.accept(entry);
    }

    /**
     * Returns the entries so far.
     *
     * @return a copy, the oldest first; at most {@link #CAPACITY}.
     */
    public List<TraceEntry> entries() {
        synchronized (entries) {
            return List.copyOf(entries);
        }
    }
}
