// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How a node that owns comes to serve: which state it begins with, and when.
 *
 * <p><b>What is held by both.</b> A node answers a write when both nodes hold its entry, and its table has only such
 * entries. So everything that was ever shown to a client is in both nodes, and the node that takes over has it. It must
 * not show more than that, though, because what one node alone holds may be gone with the next owner:
 * <ul>
 *   <li>All entries in the copy of the partner's log are held by both: the partner has appended them before.
 *   <li>Whether the partner holds the last entries of this node's log is not known to a process that has just started,
 *       or whose WRITEs were cut off. It is known when the log is acknowledged up to its end.
 * </ul>
 *
 * <p><b>Which log counts.</b> Of the two logs, the one whose last entry has the higher term; the terms say which node
 * has written later. If it is the partner's, this node serves immediately, and before its first write it appends a
 * snapshot to its own log, which thereby becomes the one that counts. If it is its own, it waits for the partner, and
 * appends an entry that says that its log goes on in this term. In either case the partner holds that before anything
 * is written: what the partner's log has beyond, it has never answered, and it no longer counts.
 *
 * <p><b>When.</b> A client READs the table of a node for up to a lease after the node owned (see {@link ReadLease}). A
 * node that begins to own therefore waits for such a lease before it shows anything. Then no client takes what it READs
 * at the former owner for new.
 *
 * <p>Used by one thread.
 */
final class Tenure {

    private static final System.Logger LOGGER = System.getLogger(Tenure.class.getName());

    /** How much longer this node waits than a client reads, in case this node's clock is faster. */
    private static final double CLOCK_RATIO = 1.03;

    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(5);

    /** How far the node is. */
    enum Phase {
        /** Does not own. */
        STANDBY,
        /** Owns, and clients may still READ elsewhere. */
        WAITING,
        /** Its own log counts, and the partner has not confirmed yet that it holds the entry of this term. */
        CONFIRMING,
        SERVING
    }

    private final String node;
    private final LongSupplier ownedTerm;
    private final LongSupplier clock;
    private final Journal journal;
    private final Table table;
    private final long waitNs;
    private Phase phase = Phase.STANDBY;
    private volatile long term;
    private long dueNs;
    private Map<String, String> state;
    private long beginning;
    private boolean ownLogCounts;

    /**
     * Creates the tenure of a node that does not own yet.
     *
     * @param node        name of the node, for the log.
     * @param ownedTerm   returns the term that the node owned at a moment between the call and the return; 0 for none.
     * @param clock       nanoseconds of this node's clock, which is never set.
     * @param journal     both logs.
     * @param table       is loaded before the node serves.
     * @param readLeaseNs how long clients READ after they asked.
     */
    Tenure(
        final String node, final LongSupplier ownedTerm, final LongSupplier clock, final Journal journal,
        final Table table, final long readLeaseNs) {
        this.node = node;
        this.ownedTerm = ownedTerm;
        this.clock = clock;
        this.journal = journal;
        this.table = table;
        this.waitNs = (long) Math.ceil(readLeaseNs * CLOCK_RATIO);
    }

    /** Returns the term that this node serves or prepares to serve, while it owns it; otherwise 0. Thread-safe. */
    long heldTerm() {
        final long present = term;
        return present > 0 && ownedTerm.getAsLong() == present ? present : 0;
    }

    /** Returns how far the node is. */
    Phase phase() {
        return phase;
    }

    /** Whether this node serves, and owned at a moment after this was called. */
    boolean isServing() {
        return phase == Phase.SERVING && heldTerm() > 0;
    }

    /** Whether the log of this node is the one that counts. */
    boolean isOwnLogCounting() {
        return ownLogCounts;
    }

    /** Notes that both nodes hold a snapshot in this node's log. */
    void countOwnLog() {
        ownLogCounts = true;
    }

    /**
     * Goes on as far as possible.
     *
     * @return whether a term has just ended.
     */
    boolean advance() {
        if (phase != Phase.STANDBY && heldTerm() == 0) {
            LOGGER.log(Level.INFO, "{0} no longer serves term {1,number,#}", node, term);
            phase = Phase.STANDBY;
            term = 0;
            return true;
        }
        switch (phase) {
            case STANDBY -> begin();
            case WAITING -> choose();
            case CONFIRMING -> confirm();
            case SERVING -> { }
        }
        return false;
    }

    private void begin() {
        final long owned = ownedTerm.getAsLong();
        if (owned > 0) {
            term = owned;
            ownLogCounts = false;
            dueNs = clock.getAsLong() + waitNs;
            phase = Phase.WAITING;
        }
    }

    private void choose() {
        final long nowNs = clock.getAsLong();
        if (nowNs - dueNs < 0) {
            return;
        }
        dueNs = nowNs + LOOK_NS;
        // Asked before the logs are read, so that all that is read of the own one is confirmed.
        final boolean confirmed = journal.isConfirmed();
        final Replay partners = journal.replayPartners();
        final Replay own = journal.replayOwn();
        if (partners.term() > own.term()) {
            serve(partners.items(), "the partner's log, term " + partners.term());
        } else if (confirmed) {
            continueWith(own.items());
        }
    }

    private void continueWith(final Map<String, String> items) {
        try {
            beginning = journal.append(Entry.BEGIN.item("", ""));
            state = items;
            phase = Phase.CONFIRMING;
        } catch (final IllegalStateException e) {
            requireTermEnded(e);
        }
    }

    /** Passes on why the log has appended nothing, unless the reason is that the term has ended. */
    void requireTermEnded(final IllegalStateException refusal) {
        if (heldTerm() > 0) {
            throw refusal;
        }
    }

    private void confirm() {
        if (journal.isConfirmed(beginning)) {
            ownLogCounts = true;
            serve(state, "its own log");
        }
    }

    private void serve(final Map<String, String> items, final String source) {
        table.load(items);
        phase = Phase.SERVING;
        LOGGER.log(Level.INFO, "{0} serves {1} items in term {2,number,#} from {3}", node, items.size(), term, source);
    }

    @Override
    public String toString() {
        return phase + ", term " + term;
    }
}
