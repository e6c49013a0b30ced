// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

/**
 * Stores who has won the highest term of a pair of nodes, and lets each term be won only once.
 *
 * <p>An arbiter is neutral. It neither watches the nodes nor decides anything; the nodes read and change its word.
 * Each node of a pair has an arbiter object. Both must lead to the same store.
 *
 * <p>What an implementation promises:
 * <ol>
 *   <li>{@link #win} and {@link #foundWith} replace a word only by one of a higher term, in one step. Of two that try
 *       the same term at most one wins: terms are compared, not the bits of words. A majority of voices decides where
 *       there are several.
 *   <li>{@link #renew} returns {@code true} only if the word was in place at a moment after it was called. An answer
 *       from a cache does not suffice.
 *   <li>A store that has lost its memory answers {@link ArbiterAnswer.Standing#FRESH} and refuses to be won until it is
 *       founded.
 *   <li>{@link #foundWith} stores the word only at a voice that held none at the last {@link #read} of this object, and
 *       that has not lost its memory since. A late call does not change a memory that began after it.
 *   <li>No call takes longer than its timeout, apart from the time in which the calling thread does not run.
 * </ol>
 *
 * <p>Called by one thread at a time, which may block. Timeouts are nanoseconds. With zero or less, a call does not
 * wait.
 */
public interface Arbiter extends AutoCloseable {

    /**
     * Identifies the store to which this arbiter leads, so that the nodes of a pair can see that they ask the same one.
     * If they do not, neither owns.
     *
     * @return a number that is the same at both nodes if they use the same store, and different if they do not, for
     *     example because they name other witnesses; 0, the default, if the store is unknown.
     */
    default long storeNumber() {
        return 0;
    }

    /**
     * Reads the word.
     *
     * @param timeoutNs longest time to wait.
     * @return what the arbiter held.
     * @throws ArbiterException     if no majority of its voices answered in time.
     * @throws InterruptedException if the thread is interrupted while it waits.
     */
    ArbiterAnswer read(long timeoutNs) throws ArbiterException, InterruptedException;

    /**
     * Shows that the owner still renews, and checks that its word is still in place.
     *
     * @param held      the word of the owner, who calls this.
     * @param timeoutNs longest time to wait.
     * @return whether a majority of voices held this word after the call had begun.
     * @throws ArbiterException     if no majority of its voices answered in time.
     * @throws InterruptedException if the thread is interrupted while it waits.
     */
    boolean renew(OwnershipWord held, long timeoutNs) throws ArbiterException, InterruptedException;

    /**
     * Replaces the word by one of a higher term.
     *
     * @param next      the word to store.
     * @param timeoutNs longest time to wait.
     * @return whether a majority of voices stores it; {@code false} if this term or a higher one was won before, even
     *     by this node, or if the arbiter is fresh.
     * @throws ArbiterException     if no majority of its voices answered in time. Whether the term is won is not known,
     *                              and the caller must treat it as lost: it tries a higher one.
     * @throws InterruptedException if the thread is interrupted while it waits.
     */
    boolean win(OwnershipWord next, long timeoutNs) throws ArbiterException, InterruptedException;

    /**
     * Stores the word at voices that hold none. Called only with a word on which both nodes of the pair currently
     * agree. Also called from time to time while a majority holds the word, to restore single voices that have lost
     * theirs.
     *
     * @param agreed    the word.
     * @param timeoutNs longest time to wait.
     * @return whether a majority of voices holds this word now.
     * @throws ArbiterException     if no majority of its voices answered in time.
     * @throws InterruptedException if the thread is interrupted while it waits.
     */
    boolean foundWith(OwnershipWord agreed, long timeoutNs) throws ArbiterException, InterruptedException;

    /**
     * Releases what this object uses. The word stays where it is. A call of another thread that waits throws
     * {@link ArbiterException}, and later calls throw {@link IllegalStateException}. Closing again has no effect.
     */
    @Override
    void close();
}
