// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import dev.ffmverbs.ccm.mirror.IncompleteLogException;
import dev.ffmverbs.ccm.mirror.LogContinuation;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How a node that owns comes to serve: which state it begins with, and when.
 *
 * <p><b>Which state.</b> That of the log, which continues in the new term and has everything that was ever
 * acknowledged. A node answers a write when both nodes hold its entry, and its table has only such entries, so
 * everything that was ever shown to a client is there. The node must not show more than that, though, because what one
 * node alone holds may be gone with the next owner. If both are known to hold the whole log, because the partner
 * has appended last, this node serves immediately. So it does if this process has served the same state before: the
 * log has gone on with nothing but this term since the last entry that the partner has confirmed, and each later owner
 * finds that entry. Otherwise it waits until the partner holds the beginning of the term.
 *
 * <p><b>When.</b> A client READs the table of a node for up to a lease after the node owned (see {@link ReadLease}). A
 * node that begins to own therefore waits for such a lease before it shows anything. Then no client takes what it READs
 * at the former owner for new.
 *
 * <p>Used by one thread.
 */
final class Tenure {

    /** How much longer this node waits than a client reads, in case this node's clock is faster. */
    private static final double CLOCK_RATIO = 1.03;

    private static final long NONE = -1;
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(5);

    /** How far the node is. */
    enum Phase {
        /** Does not own. */
        STANDBY,
        /** Owns, and clients may still READ elsewhere. */
        WAITING,
        /** The log goes on, and the partner has not confirmed yet that it holds the beginning of this term. */
        CONFIRMING,
        SERVING
    }

    private final Logger logger;
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

    /** The last record of the log whose state this process has served; {@link #NONE} before it has served. */
    private long settled = NONE;

    /**
     * Creates the tenure of a node that does not own yet.
     *
     * @param node        name of the node, for the log.
     * @param ownedTerm   returns the term that the node owned at a moment between the call and the return; 0 for none.
     * @param clock       nanoseconds of this node's clock, which is never set.
     * @param journal     the log.
     * @param table       is loaded before the node serves.
     * @param readLeaseNs how long clients READ after they asked.
     */
    Tenure(
        final String node, final LongSupplier ownedTerm, final LongSupplier clock, final Journal journal,
        final Table table, final long readLeaseNs) {
        this(node, ownedTerm, clock, journal, table, readLeaseNs, System.getLogger(Tenure.class.getName()));
    }

    Tenure(
        final String node, final LongSupplier ownedTerm, final LongSupplier clock, final Journal journal,
        final Table table, final long readLeaseNs, final Logger logger) {
        this.logger = logger;
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

    /**
     * Goes on as far as possible.
     *
     * @return whether a term has just ended.
     */
    boolean advance() {
        if (phase != Phase.STANDBY && heldTerm() == 0) {
            logger.log(Level.INFO, "{0} no longer serves term {1,number,#}", node, term);
            phase = Phase.STANDBY;
            term = 0;
            return true;
        }
        switch (phase) {
            case STANDBY -> begin();
            case WAITING -> prepare();
            case CONFIRMING -> confirm();
            case SERVING -> { }
        }
        return false;
    }

    private void begin() {
        final long owned = ownedTerm.getAsLong();
        if (owned > 0) {
            term = owned;
            dueNs = clock.getAsLong() + waitNs;
            phase = Phase.WAITING;
        }
    }

    private void prepare() {
        final long nowNs = clock.getAsLong();
        if (nowNs - dueNs < 0) {
            return;
        }
        dueNs = nowNs + LOOK_NS;
        try {
            final LogContinuation begun = journal.continueInTerm(term);
            state = journal.replay();
            beginning = begun.sequence();
            phase = Phase.CONFIRMING;
            if (begun.isHeldByBoth() || !begun.replaced() && begun.sequence() == settled + 1) {
                serve();
            } else if (journal.isAlone()) {
                logger.log(Level.WARNING, "{0} owns term {1,number,#} and does not answer GETs yet: it may be alone in"
                    + " holding some entries of its log, and the other node, which has to confirm them, is not there;"
                    + " start that node", node, term);
            }
        } catch (final IncompleteLogException e) {
            logger.log(Level.DEBUG, node + " does not serve term " + term + " yet", e);
        } catch (final IllegalStateException e) {
            requireTermEnded(e);
        }
    }

    /** Takes note that both nodes hold a record which this node appended while it served, and all before it. */
    void noteConfirmed(final long sequence) {
        settled = sequence;
    }

    /** Passes on why the log has appended nothing, unless the reason is that the term has ended. */
    void requireTermEnded(final IllegalStateException refusal) {
        if (heldTerm() > 0) {
            throw refusal;
        }
    }

    private void confirm() {
        if (journal.isConfirmed(beginning)) {
            serve();
        }
    }

    private void serve() {
        table.load(state);
        settled = beginning;
        phase = Phase.SERVING;
        logger.log(Level.INFO, "{0} serves {1} items in term {2,number,#}", node, state.size(), term);
    }

    @Override
    public String toString() {
        return phase + ", term " + term;
    }
}
