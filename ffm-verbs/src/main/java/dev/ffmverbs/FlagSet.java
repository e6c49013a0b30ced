// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * Flags that a device reports: those that have a constant, and the bits of those that this version does not know.
 * Immutable.
 *
 * @param <E> the constants.
 */
public final class FlagSet<E extends Enum<E>> {

    private final Set<E> flags;
    private final long bits;
    private final long unknownBits;

    private FlagSet(final Set<E> flags, final long bits, final long unknownBits) {
        this.flags = flags;
        this.bits = bits;
        this.unknownBits = unknownBits;
    }

    /**
     * Returns the flags in a number.
     *
     * @param type  the class of the constants.
     * @param value the value of a constant in C, one bit or more.
     * @param bits  the number that C reports.
     * @return the flags.
     */
    static <E extends Enum<E>> FlagSet<E> of(final Class<E> type, final ToLongFunction<E> value, final long bits) {
        final Set<E> flags = EnumSet.noneOf(type);
        long unknown = bits;
        for (final E flag : type.getEnumConstants()) {
            if ((bits & value.applyAsLong(flag)) != 0) {
                flags.add(flag);
                unknown &= ~value.applyAsLong(flag);
            }
        }
        return new FlagSet<>(Collections.unmodifiableSet(flags), bits, unknown);
    }

    /**
     * Whether a flag is set.
     *
     * @param flag the flag.
     * @return true when it is.
     */
    public boolean contains(final E flag) {
        return flags.contains(Objects.requireNonNull(flag, "flag"));
    }

    /**
     * Returns the flags that are set and have a constant.
     *
     * @return an unmodifiable set in the order of the constants.
     */
    public Set<E> flags() {
        return flags;
    }

    /**
     * Returns all flags as the number that C reports.
     *
     * @return the bits, those without a constant included.
     */
    public long bits() {
        return bits;
    }

    /**
     * Returns the flags that are set and have no constant in this version.
     *
     * @return their bits; 0 when all have a constant.
     */
    public long unknownBits() {
        return unknownBits;
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof FlagSet<?> set && bits == set.bits && flags.equals(set.flags);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(bits);
    }

    /** Names the flags in brackets. Those without a constant follow as one hexadecimal number. */
    @Override
    public String toString() {
        return EnumText.ofFlags(flags, unknownBits);
    }
}
