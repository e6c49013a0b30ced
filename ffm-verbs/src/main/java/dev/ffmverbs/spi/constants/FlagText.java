// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

import java.util.ArrayList;
import java.util.List;

/** Describes flags as text, for messages. */
final class FlagText {

    private FlagText() {
    }

    /**
     * Names the flags that are set.
     *
     * @param flags any flags.
     * @param names names of the lowest bits, from bit 0.
     */
    static String of(final int flags, final String[] names) {
        final List<String> text = new ArrayList<>();
        for (int left = flags; left != 0; left &= left - 1) {
            final int bit = Integer.numberOfTrailingZeros(left);
            text.add(bit < names.length ? names[bit] : "0x" + Integer.toHexString(Integer.lowestOneBit(left)));
        }
        return text.isEmpty() ? "0" : String.join("|", text);
    }
}
