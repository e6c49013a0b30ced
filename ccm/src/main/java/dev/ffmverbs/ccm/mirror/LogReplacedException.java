// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

/**
 * Thrown when entries that a reader has read are no longer in the log. They were never acknowledged, and the log
 * continues without them after a change of owners. The reader can no longer be used; begin again with a new one.
 */
public final class LogReplacedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    LogReplacedException(final long sequence) {
        super("the entry at position " + sequence + " of this reader is no longer in the log, which has continued"
            + " without it in a later term; read the log again from a new position");
    }
}
