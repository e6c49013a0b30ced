// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

/** Width of a link in lanes ({@code ibv_port_attr.active_width}). */
public enum LinkWidth {

    /** One lane. */
    LANES_1(1, 1),

    /** Four lanes. */
    LANES_4(2, 4),

    /** Eight lanes. */
    LANES_8(4, 8),

    /** Twelve lanes. */
    LANES_12(8, 12),

    /** Two lanes. */
    LANES_2(16, 2),

    /** Not reported, or a width that this version does not know. */
    UNKNOWN(0, 0);
    private final int value;
    private final int lanes;

    LinkWidth(final int value, final int lanes) {
        this.value = value;
        this.lanes = lanes;
    }

    /**
     * Returns the code that C uses.
     *
     * @return the number in {@code ibv_port_attr.active_width}; 0 for {@link #UNKNOWN}.
     */
    public int value() {
        return value;
    }

    /**
     * Returns the number of lanes.
     *
     * @return 1 to 12; 0 for {@link #UNKNOWN}.
     */
    public int lanes() {
        return lanes;
    }

    /** Returns the constant of a code, or {@link #UNKNOWN} when there is none. */
    static LinkWidth of(final int code) {
        for (final LinkWidth constant : values()) {
            if (constant.value == code) {
                return constant;
            }
        }
        return UNKNOWN;
    }
}
