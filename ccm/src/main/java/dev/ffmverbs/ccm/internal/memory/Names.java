// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.memory;

import java.util.regex.Pattern;

/** Names of nodes and of clients: what fits into a record and reads well in a log. */
public final class Names {

    /** Longest name in bytes. */
    public static final int LONGEST_BYTES = 32;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0," + (LONGEST_BYTES - 1) + "}");

    private Names() {
    }

    /**
     * Whether this is a name.
     *
     * @param text what to check.
     * @return whether it is 1 to 32 letters, digits, dots, underscores and hyphens, the first a letter or digit.
     */
    public static boolean isName(final String text) {
        return NAME.matcher(text).matches();
    }
}
