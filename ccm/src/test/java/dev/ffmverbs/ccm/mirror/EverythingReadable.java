// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

/** Lets stories read all entries that memory has at a moment. Their one thread must not wait for more. */
final class EverythingReadable implements EntrySource {

    static final EntrySource EVERYTHING = new EverythingReadable();

    private EverythingReadable() {
    }

    @Override
    public long lastReadable() {
        return Long.MAX_VALUE;
    }

    @Override
    public boolean awaitMore(final long sequence, final int looks, final long leftNs) {
        throw new AssertionError("nobody waits here");
    }
}
