// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

/** How both ends wait for what comes next. */
enum WaitMode {

    /** They ask again and again; each needs a processor of its own. */
    POLL,

    /** They sleep until the system wakes them. */
    BLOCK;

    /** The word for it on command lines. */
    String word() {
        return this == POLL ? "poll" : "block";
    }
}
