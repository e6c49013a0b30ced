// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

import dev.ffmverbs.ccm.value.OwnershipLoss;
import java.util.Arrays;

/**
 * A node of a simulated pair: its process, its clock, its session with the partner and its calls of the arbiter.
 *
 * <p>The session is looser than a real one: the partner's block can be READ as long as this node believes in the
 * session, even if the partner has ended it and a real one would have revoked the access.
 */
final class SimulatedNode {

    private static final long MILLION = 1_000_000;
    private static final int NO_SESSION = -1;
    private static final long NOTHING = 0;

    boolean running;

    /** Whether it reaches its voices only, and never its partner again. */
    boolean secluded;

    private OwnershipRules rules;
    private final SimulatedPair pair;
    private final VirtualTime time;
    private final int index;
    private final long offsetNs;
    private final long perMillion;
    private int incarnation;
    private long pausedUntilNs;
    private long lockedUntilNs;
    private int sessionWith = NO_SESSION;
    private int lastSessionWith = NO_SESSION;
    private long lastReadNs;
    private long reading;
    private long reads;
    private SimulatedCall present;
    private OwnershipBlock published;
    private final int[] freshSeen;

    SimulatedNode(final SimulatedPair pair, final int index) {
        this.pair = pair;
        this.time = pair.time;
        this.index = index;
        offsetNs = 1 + pair.random.nextInt(1_000_000_000);
        final long bound = (long) (SimulatedPair.CLOCK_BOUND * MILLION);
        perMillion = MILLION + switch (pair.random.nextInt(3)) {
            case 0 -> -bound;
            case 1 -> bound;
            default -> pair.random.nextLong(-bound, bound + 1);
        };
        freshSeen = new int[pair.voices.length];
    }

    /** The node's own clock. */
    long clockNs() {
        return offsetNs + time.nowNs() * perMillion / MILLION;
    }

    /** Both nodes' clock of the time of day: too coarse to order anything, and never set back. */
    private long timeOfDay() {
        return 10 + time.nowNs() / 1000;
    }

    private long trueNs(final long ownNs) {
        return ownNs * MILLION / perMillion + 1;
    }

    private SimulatedNode partner() {
        return pair.nodes[1 - index];
    }

    /** Gives the partner what this node owns, if it owns. Returns the term. */
    long handOver(final long lengthNs) {
        if (!running || time.nowNs() < pausedUntilNs) {
            return 0;
        }
        final long term = rules.handOver(clockNs(), clockNs() + lengthNs);
        publish(incarnation, () -> { });
        return term;
    }

    /** Starts the process, if it does not run. */
    void start() {
        if (running) {
            return;
        }
        running = true;
        sessionWith = NO_SESSION;
        lastSessionWith = NO_SESSION;
        reading = NOTHING;
        present = null;
        Arrays.fill(freshSeen, -1);
        final OwnershipSettings settings = OwnershipSettings.of(
            index, pair.preferred, pair.leaseNs, SimulatedPair.CLOCK_BOUND, pair.deadAfterNs, 0);
        rules = pair.factory.create(settings, this::clockNs, this::timeOfDay, new OwnershipChanges() {
            @Override
            public void acquire(final long term) {
                pair.judge.noteAcquired(index, term);
            }

            @Override
            public void lose(final long term, final OwnershipLoss reason) {
                // The judge sees it when it asks.
            }
        }, () -> pair.hasty && pair.random.nextInt(8) == 0);
        published = rules.block(clockNs());
        final int mine = incarnation;
        time.after(pair.delayNs(), () -> turn(mine));
        time.after(pair.delayNs(), () -> callIfDue(mine));
    }

    /** Ends the process at once. What it has sent still arrives. */
    void kill() {
        running = false;
        incarnation++;
        pausedUntilNs = 0;
        lockedUntilNs = 0;
    }

    void pause(final long lengthNs) {
        pausedUntilNs = Math.max(pausedUntilNs, time.nowNs() + lengthNs);
    }

    void resume() {
        pausedUntilNs = Math.max(time.nowNs(), lockedUntilNs);
    }

    /** Returns what a program on this node learns: the term it owns; 0 if none. */
    long ownedTerm() {
        return running && rules.held.isHeld() ? rules.held.term() : 0;
    }

    /** Runs an action of an incarnation's threads now, or when it is no longer paused. */
    private void whenRunning(final int mine, final Runnable action) {
        if (mine != incarnation) {
            return;
        }
        if (time.nowNs() < pausedUntilNs) {
            time.after(pausedUntilNs - time.nowNs() + pair.random.nextInt(10_000), () -> whenRunning(mine, action));
        } else {
            action.run();
        }
    }

    /**
     * Publishes what the rules have decided, and goes on with what follows. The thread may be paused before it does so,
     * and holds the lock meanwhile: then the whole process does nothing but answer whether it owns.
     */
    private void publish(final int mine, final Runnable next) {
        final OwnershipBlock block = rules.block(clockNs());
        final boolean justWon = block.won().term() > published.won().term();
        if (justWon) {
            pair.noteWin();
        }
        if (pair.slow && pair.random.nextInt(justWon ? 3 : 40) == 0) {
            pause(pair.delayNs());
            lockedUntilNs = pausedUntilNs + 1;
            pausedUntilNs = lockedUntilNs;
            time.after(lockedUntilNs - 1 - time.nowNs(), () -> {
                if (mine == incarnation) {
                    published = block;
                    next.run();
                }
            });
        } else {
            published = block;
            next.run();
        }
    }

    /** A turn of the thread that READs the partner. */
    private void turn(final int mine) {
        whenRunning(mine, () -> {
            rules.advance(clockNs());
            keepSession();
            publish(mine, () -> readAndTurn(mine));
        });
    }

    private void readAndTurn(final int mine) {
        if (sessionWith != NO_SESSION && reading == NOTHING) {
            read(mine);
        }
        callIfDue(mine);
        final long untilDueNs = Math.min(rules.untilNextAdvanceNs(clockNs()), SimulatedPair.INTERVAL_NS);
        time.after(trueNs(untilDueNs) + pair.random.nextInt(10_000), () -> turn(mine));
    }

    private boolean isLinked() {
        return !secluded && pair.reaches[0] && pair.reaches[1];
    }

    private void keepSession() {
        final SimulatedNode partner = partner();
        final boolean answers = isLinked() && partner.running && time.nowNs() >= partner.pausedUntilNs;
        if (sessionWith == NO_SESSION) {
            if (answers) {
                sessionWith = partner.incarnation;
                reading = NOTHING;
                lastReadNs = clockNs();
                if (sessionWith != lastSessionWith) {
                    lastSessionWith = sessionWith;
                    rules.notePartnerRestarted();
                }
                rules.beginSession();
            }
        } else if (clockNs() - lastReadNs > pair.deadAfterNs || answers && sessionWith != partner.incarnation) {
            sessionWith = NO_SESSION;
            rules.endSession();
        }
    }

    private void read(final int mine) {
        final int with = sessionWith;
        final long begunNs = clockNs();
        final long number = ++reads;
        reading = number;
        time.after(pair.leaseNs, () -> endRead(number));
        time.after(pair.delayNs(), () -> {
            final SimulatedNode partner = partner();
            if (!secluded && pair.reaches[index] && partner.running && partner.incarnation == with) {
                final OwnershipBlock block = partner.published;
                time.after(pair.delayNs(),
                    () -> whenRunning(mine, () -> completeRead(mine, with, number, begunNs, block)));
            }
        });
    }

    private void endRead(final long number) {
        if (reading == number) {
            reading = NOTHING;
        }
    }

    private void completeRead(
        final int mine, final int with, final long number, final long begunNs, final OwnershipBlock block) {
        if (number != reading || with != sessionWith || !pair.reaches[1 - index]) {
            return;
        }
        endRead(number);
        lastReadNs = clockNs();
        rules.notePartner(begunNs, clockNs(), block);
        publish(mine, () -> callIfDue(mine));
    }

    /** A turn of the thread that calls the arbiter, which may be in a call. */
    private void callIfDue(final int mine) {
        if (mine != incarnation || present != null || time.nowNs() < pausedUntilNs || !rules.isCallDue(clockNs())) {
            return;
        }
        final ArbiterCall call = rules.takeCall(clockNs());
        if (call.kind() == ArbiterCall.Kind.NOTHING) {
            return;
        }
        final SimulatedCall made =
            new SimulatedCall(call, mine, clockNs(), time.nowNs(), pair.voices.length);
        present = made;
        publish(mine, () -> send(made));
    }

    private void send(final SimulatedCall made) {
        for (int i = 0; i < pair.voices.length; i++) {
            final int voice = i;
            final int freshIncarnation = freshSeen[i];
            time.after(pair.delayNs(), () -> execute(made, voice, freshIncarnation));
        }
        time.after(trueNs(pair.leaseNs / 2), () -> whenRunning(made.incarnation, () -> endCall(made)));
    }

    /** Executes a call at a voice, whether or not the caller still waits for it. */
    private void execute(final SimulatedCall call, final int voiceIndex, final int freshIncarnation) {
        final SimulatedVoice voice = pair.voices[voiceIndex];
        if (!voice.running || !voice.reached[index]) {
            return;
        }
        final OwnershipWord word = call.call.word();
        final int voiceIncarnation = voice.incarnation;
        final Runnable answer = switch (call.call.kind()) {
            case READ -> {
                final OwnershipWord present = voice.word;
                final long renewals = voice.renewals;
                yield () -> {
                    freshSeen[voiceIndex] = present.term() == 0 ? voiceIncarnation : -1;
                    call.addWord(present, renewals);
                };
            }
            case RENEW -> adding(call, voice.renew(word, call.number));
            case WIN -> adding(call, voice.win(word));
            case FOUND -> adding(call, voice.foundWith(word, freshIncarnation));
            case NOTHING -> throw new IllegalStateException("a call of nothing");
        };
        time.after(pair.delayNs(), () -> whenRunning(call.incarnation, () -> {
            if (!call.over && voice.answers[index]) {
                answer.run();
                if (call.isDecided()) {
                    endCall(call);
                }
            }
        }));
    }

    private static Runnable adding(final SimulatedCall call, final boolean isPositive) {
        return () -> call.add(isPositive);
    }

    private void endCall(final SimulatedCall call) {
        if (call.over) {
            return;
        }
        call.over = true;
        present = null;
        final long nowNs = clockNs();
        if (!call.isAnswered()) {
            rules.noteSilence(call.call, nowNs);
        } else {
            final OwnershipWord word = call.call.word();
            switch (call.call.kind()) {
                case READ -> rules.noteAnswer(call.begunNs, nowNs, call.answer());
                case RENEW -> rules.noteRenewal(word, call.begunNs, nowNs, call.isTrue());
                case WIN -> rules.noteWin(word, call.begunNs, nowNs, call.isTrue());
                case FOUND -> rules.noteFounding(word, nowNs, call.isTrue());
                case NOTHING -> throw new IllegalStateException("a call of nothing");
            }
        }
        final int mine = incarnation;
        publish(mine, () -> callIfDue(mine));
        time.after(Math.max(1, trueNs(rules.nextCallNs() - clockNs())), () -> callIfDue(mine));
    }

    @Override
    public String toString() {
        return "node " + index + (running ? " runs" : " is down") + " at rate " + perMillion + ", clock " + clockNs()
            + ", in session with " + sessionWith + ", " + rules;
    }
}
