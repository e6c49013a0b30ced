// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

/**
 * Entries that a reader had not read yet were removed by {@link MirroredLog#trim}. The reader continues with the first
 * that remains.
 */
public final class EntriesTrimmedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The number of the first entry that was not removed. */
    private final long firstRemaining;

    EntriesTrimmedException(final long lastRead, final long firstRemaining) {
        super("entries " + (lastRead + 1) + " to " + (firstRemaining - 1) + " were trimmed before they were read; the"
            + " reader continues with entry " + firstRemaining);
        this.firstRemaining = firstRemaining;
    }

    /**
     * Returns the number of the entry with which the reader continues.
     *
     * @return the number of the first entry that was not removed.
     */
    public long firstRemaining() {
        return firstRemaining;
    }
}
