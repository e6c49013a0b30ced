// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

import dev.ffmverbs.ccm.internal.thread.NodeThread;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Asks the arbiter what the rules want to know, on a thread that the arbiter may block. */
final class ArbiterCaller {

    private static final Logger LOGGER = System.getLogger(ArbiterCaller.class.getName());

    /** The arbiters in use in this program, with the names of their ownerships: each is asked by one thread. */
    private static final Map<Arbiter, String> IN_USE = Collections.synchronizedMap(new IdentityHashMap<>());

    private final String name;
    private final Arbiter arbiter;
    private final GuardedRules rules;
    private final long limitNs;
    private final NodeThread thread;
    private boolean silent;

    /**
     * Creates a caller whose thread is not started yet.
     *
     * @param name    the ownership's name and node, for the log and the thread.
     * @param arbiter the arbiter.
     * @param rules   the rules.
     * @param limitNs longest time that a call may take.
     */
    ArbiterCaller(final String name, final Arbiter arbiter, final GuardedRules rules, final long limitNs) {
        this.name = name;
        this.arbiter = arbiter;
        this.rules = rules;
        this.limitNs = limitNs;
        this.thread = new NodeThread("ccm-arbiter-" + name, () -> "the arbiter of ownership " + name
            + " threw something other than an ArbiterException; it is asked again", this::callOnce);
    }

    /**
     * Reserves the arbiter for this caller.
     *
     * @throws IllegalStateException if it is that of another ownership, which has not been closed.
     */
    void claim() {
        final String owner = IN_USE.putIfAbsent(arbiter, name);
        if (owner != null) {
            throw new IllegalStateException("ownership " + name + " cannot start with " + arbiter
                + ", which ownership " + owner + " uses; give each ownership an arbiter");
        }
    }

    /** Lets another ownership use the arbiter. Called once after {@link #claim}. */
    void release() {
        IN_USE.remove(arbiter);
    }

    void start() {
        thread.start();
    }

    /** Lets the thread look for something to ask now. */
    void wakeUp() {
        thread.wakeUp();
    }

    private void callOnce() throws InterruptedException {
        final ArbiterCall call = rules.takeCall();
        if (call.kind() == ArbiterCall.Kind.NOTHING) {
            LockSupport.parkNanos(this, rules.untilNextCallNs());
            return;
        }
        boolean answered = false;
        try {
            ask(call);
            answered = true;
            noteAnswered(call);
        } catch (final ArbiterException e) {
            noteSilent(call, e);
        } finally {
            if (!answered) {
                rules.noteSilence(call);
            }
        }
    }

    private void ask(final ArbiterCall call) throws ArbiterException, InterruptedException {
        final long begunNs = rules.nowNs();
        final OwnershipWord word = call.word();
        switch (call.kind()) {
            case READ -> rules.noteAnswer(begunNs, arbiter.read(limitNs));
            case RENEW -> rules.noteResult(call, begunNs, arbiter.renew(word, limitNs));
            case WIN -> rules.noteResult(call, begunNs, arbiter.win(word, limitNs));
            case FOUND -> rules.noteResult(call, begunNs, arbiter.foundWith(word, limitNs));
            case NOTHING -> throw new IllegalArgumentException("there is nothing to ask");
        }
    }

    private void noteAnswered(final ArbiterCall call) {
        if (silent) {
            silent = false;
            LOGGER.log(Level.INFO, "the arbiter of ownership " + name + " answers again: " + call);
        }
    }

    private void noteSilent(final ArbiterCall call, final ArbiterException failure) {
        LOGGER.log(silent ? Level.DEBUG : Level.WARNING, "the arbiter of ownership " + name + " did not answer " + call
            + " within " + TimeUnit.NANOSECONDS.toMicros(limitNs) + " us; it is asked again", failure);
        silent = true;
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
        return "ArbiterCaller[" + name + ", silent=" + silent + "]";
    }
}
