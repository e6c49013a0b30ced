// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.binding;

/**
 * An open device with two connected queue pairs, near and far, called through one binding.
 *
 * <p>Requests are prepared once and posted any number of times. The first half of the session's buffer belongs to the
 * near end, the second half to the far end. Measured methods allocate nothing and check what every application checks.
 * Not thread-safe.
 */
public interface BindingSession extends AutoCloseable {

    /** Highest number of completions that one poll takes, and of requests that one post posts. */
    int BATCH = 16;

    /**
     * Returns whether the binding has an operation.
     *
     * @param transfer the operation.
     * @return false if it cannot be prepared.
     */
    default boolean supports(final Transfer transfer) {
        return true;
    }

    /**
     * Prepares the requests that {@link #post} posts.
     *
     * @param transfer  the operation.
     * @param requests  number of requests posted by one call, 1 to {@link #BATCH}; their identifiers count from 0.
     * @param sizeBytes bytes of each.
     * @param signaled  whether they report completions.
     */
    void prepare(Transfer transfer, int requests, int sizeBytes, boolean signaled);

    /**
     * Posts the prepared requests at the near end.
     *
     * @throws IllegalStateException if not all were posted.
     */
    void post();

    /**
     * Takes completions of the near end's sends.
     *
     * @return number of completions, at most {@link #BATCH}.
     */
    int poll();

    /**
     * Reads the completions of the last poll: whether each succeeded, its identifier, its length, and whether it was a
     * WRITE.
     *
     * @return the sum of identifiers, lengths and number of WRITEs of those that succeeded, so that the compiler cannot
     *     eliminate anything.
     */
    long decode();

    /** Posts a receive at the far end, for a SEND of the prepared size. */
    void postReceive();

    /**
     * Takes completions of the far end's receives.
     *
     * @return number of completions, at most {@link #BATCH}.
     */
    int pollReceives();

    /**
     * Returns whether all completions of the last poll succeeded.
     *
     * @return false if one did not.
     */
    boolean hasLastPollSucceeded();

    /** Registers the memory that {@link #borrow} has provided, and deregisters it. */
    void register();

    /**
     * Provides memory to register, and replaces what was provided before.
     *
     * @param lengthBytes its length.
     */
    void borrow(long lengthBytes);

    /**
     * Returns the length of the longest memory that the binding can register.
     *
     * @return bytes.
     */
    default long longestRegionBytes() {
        return Long.MAX_VALUE;
    }

    /**
     * Returns whether the binding can allocate memory together with its registration.
     *
     * @return true if {@link #allocateAndRegister} may be called.
     */
    default boolean canAllocate() {
        return false;
    }

    /**
     * Allocates zeroed memory, registers it, deregisters it and frees it.
     *
     * @param lengthBytes its length.
     * @throws UnsupportedOperationException if the binding cannot allocate.
     */
    default void allocateAndRegister(final long lengthBytes) {
        throw new UnsupportedOperationException("this binding registers only memory of the caller");
    }

    /** Closes the device. */
    @Override
    void close();
}
