// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.witness;

import dev.ffmverbs.WorkCompletionStatus;
import dev.ffmverbs.ccm.witness.Question.Answer;
import dev.ffmverbs.spi.AddressText;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;

/**
 * A witness, as the thread that asks sees it: the question that it is asked, and its answer.
 *
 * <p>The connection is provided by another thread. The first operations over it check that the block is the one of the
 * pair, and that the nodes of the pair name the same witnesses.
 */
final class Voice {

    private static final Logger LOGGER = System.getLogger(Voice.class.getName());

    private enum Stage {
        READ_BLOCK, CHECK_BLOCK, CHECK_VOICES, READY
    }

    private final InetSocketAddress address;
    private final PairNames names;
    private final long voices;

    private volatile VoiceConnection connection;

    /** Whether the first attempt to connect has not ended. */
    private volatile boolean starting = true;
    private volatile String condition = "there is no connection yet";

    private VoiceConnection used;
    private Stage stage = Stage.READ_BLOCK;
    private Question running;
    private Question question;
    private Answer answer;
    private long word;
    private long renewals;
    private boolean forgetful;

    /**
     * Creates a voice that has no connection.
     *
     * @param address address and port of the witness.
     * @param names   names of the pair.
     * @param voices  digest of the list of witnesses.
     */
    Voice(final InetSocketAddress address, final PairNames names, final long voices) {
        this.address = address;
        this.names = names;
        this.voices = voices;
    }

    InetSocketAddress address() {
        return address;
    }

    /** Provides a connection. */
    void connect(final VoiceConnection established) {
        condition = "it does not answer";
        connection = established;
        starting = false;
    }

    /** Takes the connection away, or says why there is none. */
    void disconnect(final String reason) {
        condition = reason;
        connection = null;
        starting = false;
    }

    /** Sets the next question. The answer to the former one is no longer awaited. */
    void ask(final Question next) {
        question = next;
        answer = null;
        if (next instanceof Question.Read && used != null) {
            used.noteEmpty(false);
        }
    }

    /** Does what can be done without waiting. */
    void advance() {
        final VoiceConnection present = connection;
        if (present != used) {
            loseAnswer();
            used = present;
            stage = Stage.READ_BLOCK;
        }
        if (used == null || used.isBroken()) {
            loseAnswer();
            return;
        }
        if (used.isBusy()) {
            if (used.isSwapping() && running != null && running.leftNs() <= 0) {
                used.breakBecause(Breakage.failure("a swap was not answered within " + running.timeoutText()));
            }
            return;
        }
        if (stage == Stage.READY) {
            continueQuestion();
        } else {
            check();
        }
    }

    private void loseAnswer() {
        if (running != null && running == question && !running.isRepeatable() && answer == null) {
            answer = Answer.UNKNOWN;
        }
        running = null;
    }

    private void check() {
        switch (stage) {
            case READ_BLOCK -> {
                used.read();
                stage = Stage.CHECK_BLOCK;
            }
            case CHECK_BLOCK -> {
                if (hasBlock()) {
                    used.introduce(names, voices);
                    stage = Stage.CHECK_VOICES;
                }
            }
            default -> {
                if (used.formerValue() == 0 || used.formerValue() == voices) {
                    stage = Stage.READY;
                    continueQuestion();
                } else {
                    used.breakBecause(Breakage.lastingFlaw("the partner names other witnesses than this node, or did"
                        + " when this witness started; give both nodes the same list, and start the witness again"));
                }
            }
        }
    }

    private boolean hasBlock() {
        final String flaw = used.findFlaw();
        if (flaw != null) {
            used.breakBecause(Breakage.lastingFlaw(flaw));
        }
        return flaw == null;
    }

    /** Handles the end of an operation, if there was one, and begins the next. */
    private void continueQuestion() {
        if (running != null && used.isReading()) {
            if (!hasBlock()) {
                return;
            }
            word = used.word();
            renewals = used.renewals();
        }
        if (running instanceof Question.Renew) {
            noteMemory(used.formerValue() == 0);
        }
        if (running != null && running == question) {
            answer = running.continueQuestion(used);
            if (answer == null) {
                return;
            }
        }
        running = null;
        if (answer == null) {
            running = question;
            running.begin(used);
        }
    }

    /** Logs a witness that an owner finds empty, once, and that it no longer is. */
    private void noteMemory(final boolean empty) {
        if (empty != forgetful) {
            forgetful = empty;
            LOGGER.log(empty ? Level.WARNING : Level.INFO, "pair {0}: the witness at {1} {2}", names,
                AddressText.of(address), empty ? "holds no term, and does not count until both nodes of the pair run"
                + " and have stored their term in it; restart no other witness before" : "holds the pair's term again");
        }
    }

    void complete(final long workRequestId, final WorkCompletionStatus status) {
        if (used != null) {
            used.complete(workRequestId, status);
        }
    }

    /** Gives up waiting for the answer, and the connection if a swap may still have an effect over it. */
    void abandon(final String reason) {
        if (running != null && used != null && used.isBusy() && used.isSwapping()) {
            used.breakBecause(Breakage.failure(reason));
        }
    }

    /** Returns the answer to the present question; null if there is none. */
    Answer answer() {
        return answer;
    }

    /** Whether there is no answer, and one can come at any moment: the witness is not known to be lost. */
    boolean isAwaited() {
        if (answer != null) {
            return false;
        }
        final boolean connecting = starting;
        final VoiceConnection present = connection;
        return present == null ? connecting : !present.isBroken();
    }

    /** Returns the word of the latest READ. */
    long word() {
        return word;
    }

    /** Returns the number of renewals of the latest READ. */
    long renewals() {
        return renewals;
    }

    /** Describes why there is no answer. */
    String describe() {
        final VoiceConnection present = connection;
        final Breakage breakage = present == null ? null : present.breakage();
        return "witness " + AddressText.of(address) + ": " + (breakage == null ? condition : breakage.reason());
    }
}
