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
    WRONG_SECRET("node B has another secret; A rejects it, and accepts it with the right one"),

    /** The node that owns dies. */
    TAKEOVER("node A owns and dies (kill -9); B takes over with the next term"),

    /** The nodes cannot reach each other, but both reach the witness. */
    SPLIT("the link between A and B is cut; A owns until it is cut off from the witness too"),

    /** The witness dies. */
    WITNESS_LOST("the witness dies and comes back empty; A still owns, and B can take over"),

    /** A node dies, and the witness with it. */
    BOTH_LOST("the witness and B die; A, which nobody answers, gives up what it owns"),

    /** The node that owns hands over. */
    HANDOVER("node A hands over to B, which owns without waiting for a lease");

    private final String summary;

    DemoScenario(final String summary) {
        this.summary = summary;
    }

    /** Returns a summary that fits a line. */
    String summary() {
        return summary;
    }

    /** Returns whether the nodes have a witness and decide who of them owns. */
    boolean hasWitness() {
        return compareTo(TAKEOVER) >= 0;
    }

    /** Returns whether links are cut, which needs software devices. */
    boolean cutsLinks() {
        return this == PARTITION || this == SPLIT;
    }

    /** Returns the name as it is written on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
