// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

import dev.ffmverbs.ccm.value.BootId;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;

/**
 * The rules behind their lock, with the real clock. What they decide is published to the partner before the lock is
 * released, and so before the arbiter is asked.
 */
final class GuardedRules {

    private static final Logger LOGGER = System.getLogger(GuardedRules.class.getName());

    private final String name;
    private final long originNs = System.nanoTime() - 1;
    private final HeldTerm held = new HeldTerm(this::nowNs);
    private final AcquisitionTimes times;
    private final OwnershipRules rules;
    private final long storeNumber;
    private BlockFormat published;
    private BootId partnersBoot;
    private boolean toldOfClock;
    private boolean toldOfMisfit;
    private boolean closed;

    /**
     * Creates the rules of a node that has just started.
     *
     * @param name       the ownership's name and node, for the log.
     * @param settings   the figures.
     * @param clockRatio how much faster than the other one of the clocks may run.
     * @param news       learns what becomes of terms, under the lock.
     */
    GuardedRules(
        final String name, final OwnershipSettings settings, final double clockRatio,
        final OwnershipNews news) {
        this.name = name;
        this.times = new AcquisitionTimes(this::nowNs, news);
        this.storeNumber = settings.storeNumber();
        this.rules =
            new OwnershipRules(settings, clockRatio, held, System::currentTimeMillis, times, nowNs());
    }

    /** Returns nanoseconds since this object was created, at least 1. */
    long nowNs() {
        return System.nanoTime() - originNs;
    }

    HeldTerm heldTerm() {
        return held;
    }

    /** Begins a session with this process of the partner, which READs this memory. */
    synchronized void beginSession(final BootId partner, final MemorySegment memory) {
        published = new BlockFormat(memory);
        if (!partner.equals(partnersBoot)) {
            partnersBoot = partner;
            rules.notePartnerRestarted();
        }
        rules.beginSession();
        times.beginSession();
        publish();
    }

    synchronized void endSession() {
        rules.endSession();
        times.endSession();
        publish();
    }

    /** Does what is due, and publishes the present time. */
    synchronized void advance() {
        rules.advance(nowNs());
        publish();
    }

    synchronized void notePartner(final long begunNs, final OwnershipBlock block) {
        if (closed) {
            return;
        }
        times.noteSign();
        rules.notePartner(begunNs, nowNs(), block);
        publish();
        if (rules.isUnfit() && !toldOfMisfit) {
            LOGGER.log(Level.WARNING, block.isOfStore(storeNumber)
                ? name + ": the partner's lease is " + TimeUnit.NANOSECONDS.toMicros(block.leaseNs())
                    + " us, and this node's is different; neither node owns until both are given the same lease"
                : name + ": the arbiter of the partner leads to another store, for example to other witnesses or to"
                    + " another znode; neither may own until both name the same");
        }
        toldOfMisfit = rules.isUnfit();
        if (!rules.isPartnersClockWithinBound() && !toldOfClock) {
            toldOfClock = true;
            LOGGER.log(Level.WARNING, name + ": the clocks of this node and of the partner run at rates that differ by"
                + " more than the clock bound; until the next session, only the arbiter renews this node's ownership."
                + " Check the clock sources, or give both nodes a larger clock bound");
        }
    }

    /** Decides what to ask the arbiter now. */
    synchronized ArbiterCall takeCall() {
        if (closed) {
            return ArbiterCall.NOTHING;
        }
        final ArbiterCall call = rules.takeCall(nowNs());
        publish();
        return call;
    }

    synchronized boolean isCallDue() {
        return !closed && rules.isCallDue(nowNs());
    }

    synchronized void noteAnswer(final long begunNs, final ArbiterAnswer answer) {
        rules.noteAnswer(begunNs, nowNs(), answer);
        publish();
    }

    /** Takes the answer to a call that has begun at this time: whether it was done, or whether the word is in place. */
    synchronized void noteResult(final ArbiterCall call, final long begunNs, final boolean positive) {
        if (closed) {
            return;
        }
        final long nowNs = nowNs();
        switch (call.kind()) {
            case RENEW -> rules.noteRenewal(call.word(), begunNs, nowNs, positive);
            case WIN -> {
                times.noteWin(call.word().term(), begunNs, positive);
                rules.noteWin(call.word(), begunNs, nowNs, positive);
            }
            case FOUND -> rules.noteFounding(call.word(), nowNs, positive);
            case NOTHING, READ -> throw new IllegalArgumentException(call + " has no such result");
        }
        publish();
    }

    synchronized void noteSilence(final ArbiterCall call) {
        if (call.kind() == ArbiterCall.Kind.WIN) {
            times.noteSilence(call.word().term());
        }
        rules.noteSilence(call, nowNs());
        publish();
    }

    /** Returns how long the arbiter need not be asked, unless something happens. */
    synchronized long untilNextCallNs() {
        return closed ? Long.MAX_VALUE : Math.max(0, rules.nextCallNs() - nowNs());
    }

    /** Returns how long {@link #advance} need not be called, unless something happens. */
    synchronized long untilNextAdvanceNs() {
        return rules.untilNextAdvanceNs(nowNs());
    }

    /**
     * Hands over, and waits until the partner owns or the hand-over has ended otherwise.
     *
     * @return whether it has owned since.
     */
    synchronized boolean handOver(final long limitNs) throws InterruptedException {
        final long startNs = nowNs();
        final long untilNs = startNs + Math.min(limitNs, Long.MAX_VALUE / 2);
        final long term = closed ? 0 : rules.handOver(startNs, untilNs);
        publish();
        if (term == 0) {
            return false;
        }
        try {
            long leftNs = untilNs - startNs;
            while (rules.patience.isOffering(term) && leftNs > 0 && !closed) {
                TimeUnit.NANOSECONDS.timedWait(this, leftNs);
                leftNs = untilNs - nowNs();
            }
        } catch (final InterruptedException e) {
            rules.patience.withdrawOffer(term);
            publish();
            throw e;
        }
        return rules.patience.isTaken(term) || rules.partnersTerm() > term;
    }

    /** Returns the term that the partner owns, as the latest READ has shown; 0 if it has shown none. */
    synchronized long partnersTerm() {
        return rules.partnersTerm();
    }

    /** Gives up what is owned, and takes part no longer. */
    synchronized void close() {
        closed = true;
        rules.retire();
        publish();
    }

    private void publish() {
        if (published != null) {
            published.write(rules.block(nowNs()));
        }
        notifyAll();
    }

    @Override
    public synchronized String toString() {
        return rules.toString();
    }
}
