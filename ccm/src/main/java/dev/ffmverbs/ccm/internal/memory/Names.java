// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.memory;

import java.util.regex.Pattern;

/** The rules for names of nodes and clients, which must fit into a record and be readable in a log. */
public final class Names {

    /** Longest name in bytes. */
    public static final int LONGEST_BYTES = 32;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0," + (LONGEST_BYTES - 1) + "}");

    private Names() {
    }

    /**
     * Whether a text is a valid name.
     *
     * @param text the text.
     * @return whether it has 1 to 32 letters, digits, dots, underscores and hyphens, and begins with a letter or digit.
     */
    public static boolean isName(final String text) {
        return NAME.matcher(text).matches();
    }
}
