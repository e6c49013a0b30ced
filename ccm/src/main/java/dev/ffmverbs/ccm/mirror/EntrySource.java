// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

/** Says which entries a reader may see, and waits for more. Thread-safe. */
interface EntrySource {

    /** Returns the number of the last entry that may be read now. */
    long lastReadable();

    /**
     * Waits until an entry with a higher number may be readable, or shorter.
     *
     * @param sequence the last entry that was read.
     * @param looks    how often the reader has looked in vain since.
     * @param leftNs   longest time to wait, in nanoseconds.
     * @return false if no entry is ever added again.
     */
    boolean awaitMore(long sequence, int looks, long leftNs);
}
