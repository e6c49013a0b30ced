// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.witness;

import dev.ffmverbs.ccm.ownership.OwnershipWord;

/** Tells the bits of a word from garbage. */
final class OwnershipBits {

    private OwnershipBits() {
    }

    /** Whether these are the bits of a word, or 0 for none. */
    static boolean isWord(final long bits) {
        try {
            return OwnershipWord.ofBits(bits).bits() == bits;
        } catch (final IllegalArgumentException e) {
            return false;
        }
    }
}
