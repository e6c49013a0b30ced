// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import java.util.Locale;

/** How both ends wait for what comes next. */
public enum WaitMode {

    /** They poll without rest; each needs its own processor. */
    POLL,

    /** They sleep until the system wakes them. */
    BLOCK;

    /**
     * Returns the name of the mode on the C program's command line.
     *
     * @return {@code poll} or {@code block}.
     */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
