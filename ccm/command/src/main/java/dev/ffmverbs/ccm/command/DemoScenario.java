// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import java.util.Locale;

/** The stories that {@code ccm demo} can play. */
enum DemoScenario {

    /** Everything goes well. */
    CLEAN("two nodes find each other, exchange heartbeats, and part"),

    /** One node starts later than the other. */
    LATE("node B starts late; A waits for it without touching its memory"),

    /** One node dies. */
    KILL("node B dies (kill -9); A suspects it, declares it dead, fences it, then reports it"),

    /** One node dies and restarts immediately. */
    RESTART("node B dies and restarts immediately; A sees its new boot id and starts over"),

    /** One node is stopped for a while. */
    STALL("node B is stopped (SIGSTOP): first for a second, then until it is declared dead"),

    /** The nodes cannot reach each other for a time. */
    PARTITION("the link is cut, each node declares the other dead, and they meet again"),

    /** The nodes do not have the same secret. */
    WRONG_SECRET("node B has another secret; A rejects it, and accepts it with the right one");

    private final String summary;

    DemoScenario(final String summary) {
        this.summary = summary;
    }

    /** Returns a summary that fits a line. */
    String summary() {
        return summary;
    }

    /** Returns the name as it is written on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
