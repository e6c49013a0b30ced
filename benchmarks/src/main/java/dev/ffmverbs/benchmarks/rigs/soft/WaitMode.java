// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import java.util.Locale;

/** Says how the two ends wait for the next completion. */
public enum WaitMode {

    /** Both poll continuously. Each needs a separate processor. */
    POLL(true, true),

    /** Both sleep until the system wakes them. */
    BLOCK(false, false),

    /** The measuring end polls, and its peer sleeps. */
    MIXED(true, false);

    private final boolean polls;
    private final boolean peerPolls;

    WaitMode(final boolean polls, final boolean peerPolls) {
        this.polls = polls;
        this.peerPolls = peerPolls;
    }

    boolean polls() {
        return polls;
    }

    boolean peerPolls() {
        return peerPolls;
    }

    /** Returns the name in results. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
