// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import java.util.Set;
import java.util.StringJoiner;

/** Describes the value of a C enum as text. A value without a name here keeps its number. */
final class EnumText {

    private EnumText() {
    }

    /**
     * Describes a value.
     *
     * @param constant the constant for it.
     * @param unknown  the constant that stands for all values without one.
     * @param number   the value in C.
     * @return the constant's name, followed by the number when the constant is {@code unknown}.
     */
    static <E extends Enum<E>> String of(final E constant, final E unknown, final int number) {
        return constant == unknown ? unknown.name() + "(" + number + ")" : constant.name();
    }

    /**
     * Describes flags.
     *
     * @param known   constants of the flags that are set.
     * @param unknown the bits of the other flags that are set.
     * @return the names, followed by the other bits as one number, in brackets.
     */
    static String ofFlags(final Set<? extends Enum<?>> known, final long unknown) {
        final StringJoiner text = new StringJoiner(", ", "[", "]");
        known.forEach(flag -> text.add(flag.name()));
        return unknown == 0 ? text.toString() : text.add("0x" + Long.toHexString(unknown)).toString();
    }
}
