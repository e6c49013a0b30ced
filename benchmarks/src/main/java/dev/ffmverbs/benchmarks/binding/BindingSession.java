// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.binding;

/**
 * An open device with two connected queue pairs, near and far, called through one binding.
 *
 * <p>Requests are prepared once and posted as often as wanted. The first half of the session's buffer is the near
 * end's, the second the far end's. Methods that are measured allocate nothing and check what every application checks.
 * Not thread-safe.
 */
public interface BindingSession extends AutoCloseable {

    /** Most completions one poll takes, and most requests one post posts. */
    int BATCH = 16;

    /**
     * Prepares what {@link #post} posts.
     *
     * @param transfer  the operation.
     * @param requests  how many are posted by one call, 1 to {@link #BATCH}; their identifiers count from 0.
     * @param sizeBytes bytes of each.
     * @param signaled  whether they report completions.
     */
    void prepare(Transfer transfer, int requests, int sizeBytes, boolean signaled);

    /**
     * Posts what was prepared at the near end.
     *
     * @throws IllegalStateException when not all were posted.
     */
    void post();

    /**
     * Takes completions of the near end's sends.
     *
     * @return how many, at most {@link #BATCH}.
     */
    int poll();

    /**
     * Reads the completions of the last poll: whether each succeeded, its identifier, its length, and whether it was a
     * WRITE.
     *
     * @return the sum of identifiers, lengths and number of WRITEs of those that succeeded, so that nothing can be left
     *     out.
     */
    long decode();

    /** Posts a receive at the far end, for a SEND of the size prepared. */
    void postReceive();

    /**
     * Takes completions of the far end's receives.
     *
     * @return how many, at most {@link #BATCH}.
     */
    int pollReceives();

    /**
     * Whether all completions of the last poll succeeded.
     *
     * @return false when one did not.
     */
    boolean succeeded();

    /**
     * Registers memory that {@link #borrow} has provided and deregisters it.
     */
    void register();

    /**
     * Provides memory to register.
     *
     * @param lengthBytes its length.
     */
    void borrow(long lengthBytes);

    /**
     * Whether the binding provides memory together with its registration.
     *
     * @return true when {@link #allocateAndRegister} may be called.
     */
    default boolean allocates() {
        return false;
    }

    /**
     * Allocates zeroed memory, registers it, deregisters and frees it.
     *
     * @param lengthBytes its length.
     */
    default void allocateAndRegister(final long lengthBytes) {
        throw new UnsupportedOperationException("this binding registers memory of the caller's only");
    }

    /** Closes the device. */
    @Override
    void close();
}
