// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

/** Speed of one lane of a link ({@code ibv_port_attr.active_speed}). */
public enum LinkSpeed {

    /** SDR: 2.5 Gb/s. */
    SDR(1, 2.5),

    /** DDR: 5 Gb/s. */
    DDR(2, 5),

    /** QDR: 10 Gb/s. */
    QDR(4, 10),

    /** FDR10: 10 Gb/s with a shorter encoding. */
    FDR10(8, 10),

    /** FDR: 14 Gb/s. */
    FDR(16, 14),

    /** EDR: 25 Gb/s. */
    EDR(32, 25),

    /** HDR: 50 Gb/s. */
    HDR(64, 50),

    /** NDR: 100 Gb/s. */
    NDR(128, 100),

    /** Not reported, or a speed that this version does not know. */
    UNKNOWN(0, 0);
    private final int value;
    private final double gigabitsPerSecond;

    LinkSpeed(final int value, final double gigabitsPerSecond) {
        this.value = value;
        this.gigabitsPerSecond = gigabitsPerSecond;
    }

    /**
     * Returns the code that C uses.
     *
     * @return the number in {@code ibv_port_attr.active_speed}; 0 for {@link #UNKNOWN}.
     */
    public int value() {
        return value;
    }

    /**
     * Returns the speed.
     *
     * @return gigabits per second in each direction; 0 for {@link #UNKNOWN}.
     */
    public double gigabitsPerSecond() {
        return gigabitsPerSecond;
    }

    /** Returns the constant of a code, or {@link #UNKNOWN} when there is none. */
    static LinkSpeed of(final int code) {
        for (final LinkSpeed constant : values()) {
            if (constant.value == code) {
                return constant;
            }
        }
        return UNKNOWN;
    }
}
