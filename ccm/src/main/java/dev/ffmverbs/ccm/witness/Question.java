// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.witness;

import dev.ffmverbs.ccm.ownership.OwnershipWord;
import java.util.concurrent.TimeUnit;

/**
 * What a node asks all its witnesses at once. Each witness is asked by one operation or several, one after the other.
 */
abstract sealed class Question {

    /** What a witness has answered. */
    enum Answer {

        /** It holds the word that was asked for; a READ always has this answer. */
        YES,

        /** It holds another word, or none. */
        NO,

        /** The connection ended before the answer. The word may have changed or not. */
        UNKNOWN
    }

    private final String name;
    private final long startNs = System.nanoTime();
    private final long timeoutNs;

    Question(final String name, final long timeoutNs) {
        this.name = name;
        this.timeoutNs = Math.max(0, timeoutNs);
    }

    /** Returns how much time is left, 0 or less if none is. */
    final long leftNs() {
        return timeoutNs - (System.nanoTime() - startNs);
    }

    /** Returns after which time the answers are to be looked at again, even if none has arrived. */
    long pauseNs() {
        return leftNs();
    }

    final long timeoutNs() {
        return timeoutNs;
    }

    /** Returns the time limit for a message. */
    final String timeoutText() {
        return TimeUnit.NANOSECONDS.toMicros(timeoutNs) + " us";
    }

    /** Begins the first operation. */
    abstract void begin(VoiceConnection connection);

    /** Returns the answer when an operation has completed; null if another one has begun. */
    abstract Answer continueQuestion(VoiceConnection connection);

    /** Whether a witness can be asked again although the first answer was lost. */
    boolean isRepeatable() {
        return true;
    }

    private static Answer answer(final boolean yes) {
        return yes ? Answer.YES : Answer.NO;
    }

    @Override
    public final String toString() {
        return name;
    }

    /** Which word is there? */
    static final class Read extends Question {

        /** How much of the time is kept back: voices that a majority does not need are not waited for that long. */
        private static final double RESERVE = 0.75;

        Read(final long timeoutNs) {
            super("read", timeoutNs);
        }

        /** Whether all voices are waited for, because one that is empty can only be founded if it was read. */
        boolean isWaitingForAll() {
            return waitForAllNs() > 0;
        }

        private long waitForAllNs() {
            return leftNs() - (long) (RESERVE * timeoutNs());
        }

        @Override
        long pauseNs() {
            return isWaitingForAll() ? waitForAllNs() : leftNs();
        }

        @Override
        void begin(final VoiceConnection connection) {
            connection.read();
        }

        @Override
        Answer continueQuestion(final VoiceConnection connection) {
            connection.noteEmpty(connection.word() == 0);
            return Answer.YES;
        }
    }

    /** Is this word there? It is renewed. */
    static final class Renew extends Question {

        private final long held;
        private final long renewals;

        Renew(final OwnershipWord held, final long renewals, final long timeoutNs) {
            super("renew " + held, timeoutNs);
            this.held = held.bits();
            this.renewals = renewals;
        }

        @Override
        void begin(final VoiceConnection connection) {
            connection.renew(renewals, held);
        }

        @Override
        Answer continueQuestion(final VoiceConnection connection) {
            return answer(connection.formerValue() == held);
        }
    }

    /** Replaces a word by one of a higher term. */
    static final class Win extends Question {

        private final OwnershipWord next;

        Win(final OwnershipWord next, final long timeoutNs) {
            super("win " + next, timeoutNs);
            this.next = next;
        }

        @Override
        void begin(final VoiceConnection connection) {
            connection.read();
        }

        /** A swap that found another word than was read has read that one, and is tried again from there. */
        @Override
        Answer continueQuestion(final VoiceConnection connection) {
            if (connection.hasSwapped()) {
                return Answer.YES;
            }
            final long present = connection.isSwapping() ? connection.formerValue() : connection.word();
            if (present == 0 || !OwnershipBits.isWord(present)
                || OwnershipWord.ofBits(present).term() >= next.term()) {
                return Answer.NO;
            }
            connection.swap(present, next.bits());
            return null;
        }

        @Override
        boolean isRepeatable() {
            return false;
        }
    }

    /**
     * Stores a word where there is none, and where the latest {@link Read} has found none over the same connection.
     * Then it is the same incarnation of the witness.
     */
    static final class Found extends Question {

        private final long agreed;

        Found(final OwnershipWord agreed, final long timeoutNs) {
            super("found " + agreed, timeoutNs);
            this.agreed = agreed.bits();
        }

        @Override
        void begin(final VoiceConnection connection) {
            if (connection.isSeenEmpty()) {
                connection.swap(0, agreed);
            } else {
                connection.read();
            }
        }

        @Override
        Answer continueQuestion(final VoiceConnection connection) {
            return answer(connection.isReading() ? connection.word() == agreed
                : connection.hasSwapped() || connection.formerValue() == agreed);
        }

    }
}
