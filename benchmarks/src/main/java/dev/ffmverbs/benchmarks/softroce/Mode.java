// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.softroce;

/** How both ends wait for what comes next. */
enum Mode {

    /** They ask again and again; each needs a processor of its own. */
    POLL,

    /** They sleep until the system wakes them. */
    BLOCK;

    /** The word for it on command lines. */
    String word() {
        return this == POLL ? "poll" : "block";
    }
}
