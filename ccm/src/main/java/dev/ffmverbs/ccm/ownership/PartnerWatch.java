// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

import dev.ffmverbs.ccm.ClientSession;
import dev.ffmverbs.ccm.internal.thread.NodeThread;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * READs the partner's block every interval, on a thread that waits for nobody else, and does what the rules have due.
 *
 * <p>A session's port is used under a lock. The client ends its session under the same lock, so that the port is not
 * used once it is freed.
 */
final class PartnerWatch {

    private static final long FIRST_RETRY_NS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONGEST_RETRY_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private final GuardedRules rules;
    private final ArbiterCaller caller;
    private final long intervalNs;
    private final long limitNs;
    private final NodeThread thread;
    private final Object portLock = new Object();
    private ClientSession session;
    private PartnerReader reader;
    private long retryNs = FIRST_RETRY_NS;
    private long retryDueNs;

    /**
     * Creates a watch whose thread is not started yet.
     *
     * @param name       the ownership's name and node, for the log and the thread.
     * @param rules      the rules.
     * @param caller     is woken when the rules have something to ask.
     * @param intervalNs time between two READs.
     * @param limitNs    longest time that a READ may take.
     */
    PartnerWatch(
        final String name, final GuardedRules rules, final ArbiterCaller caller, final long intervalNs,
        final long limitNs) {
        this.rules = rules;
        this.caller = caller;
        this.intervalNs = intervalNs;
        this.limitNs = limitNs;
        this.thread = new NodeThread("ccm-ownership-" + name,
            () -> "ownership " + name + " could not watch its partner; it tries again", this::watchOnce);
    }

    void start() {
        thread.start();
    }

    /** Uses the ports of a session from now on. */
    void begin(final ClientSession begun) {
        synchronized (portLock) {
            session = begun;
            reader = null;
            retryDueNs = 0;
            rules.beginSession(begun.session().partnerSide().bootId(), begun.memory());
        }
        thread.wakeUp();
    }

    /** Stops using ports. */
    void endSession() {
        synchronized (portLock) {
            session = null;
            reader = null;
            rules.endSession();
        }
        thread.wakeUp();
    }

    private void watchOnce() {
        synchronized (portLock) {
            if (session != null && session.isOpen()) {
                useSession();
            }
        }
        rules.advance();
        if (rules.isCallDue()) {
            caller.wakeUp();
        }
        LockSupport.parkNanos(this, Math.min(intervalNs, rules.untilNextAdvanceNs()));
    }

    /** What fails because the session has just ended is nobody's error. */
    private void useSession() {
        try {
            if (reader == null) {
                reader = new PartnerReader(session);
            }
            read(reader);
        } catch (final RuntimeException e) {
            if (session.isOpen()) {
                throw e;
            }
        }
    }

    private void read(final PartnerReader present) {
        final long begunNs = rules.nowNs();
        final OwnershipBlock block = present.read(limitNs);
        if (block != null) {
            retryNs = FIRST_RETRY_NS;
            rules.notePartner(begunNs, block);
        } else if (present.isBroken()) {
            replacePort(present);
        }
    }

    /** Asks for a new port, later after each failure, so that a recurring one does not occupy the node. */
    private void replacePort(final PartnerReader broken) {
        final long nowNs = rules.nowNs();
        if (retryDueNs == 0) {
            retryDueNs = nowNs + retryNs;
            retryNs = Math.min(2 * retryNs, LONGEST_RETRY_NS);
        } else if (nowNs >= retryDueNs) {
            retryDueNs = nowNs + LONGEST_RETRY_NS;
            broken.replacePort();
        }
    }

    void end() {
        thread.end();
    }

    /** Waits for the end of the thread, at most this long. Returns whether it has ended. */
    boolean join(final long timeoutNs) {
        return thread.join(timeoutNs);
    }

    @Override
    public String toString() {
        return "PartnerWatch[" + thread.name() + ", " + reader + "]";
    }
}
