// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.constants.Rates;

/**
 * The rate to which a path limits what is sent ({@code enum ibv_rate}). Names are those of the link speeds, rounded.
 */
public enum PathRate {

    /** No limit but the rate of the port. */
    MAXIMUM(Rates.MAXIMUM, 0),

    /** 2.5 gigabits per second. */
    GIGABITS_2_5(Rates.GIGABITS_2_5, 2_500),

    /** 5 gigabits per second. */
    GIGABITS_5(Rates.GIGABITS_5, 5_000),

    /** 10 gigabits per second. */
    GIGABITS_10(Rates.GIGABITS_10, 10_000),

    /** 14 gigabits per second. */
    GIGABITS_14(Rates.GIGABITS_14, 14_062),

    /** 20 gigabits per second. */
    GIGABITS_20(Rates.GIGABITS_20, 20_000),

    /** 25 gigabits per second. */
    GIGABITS_25(Rates.GIGABITS_25, 25_781),

    /** 28 gigabits per second. */
    GIGABITS_28(Rates.GIGABITS_28, 28_125),

    /** 30 gigabits per second. */
    GIGABITS_30(Rates.GIGABITS_30, 30_000),

    /** 40 gigabits per second. */
    GIGABITS_40(Rates.GIGABITS_40, 40_000),

    /** 50 gigabits per second. */
    GIGABITS_50(Rates.GIGABITS_50, 53_125),

    /** 56 gigabits per second. */
    GIGABITS_56(Rates.GIGABITS_56, 56_250),

    /** 60 gigabits per second. */
    GIGABITS_60(Rates.GIGABITS_60, 60_000),

    /** 80 gigabits per second. */
    GIGABITS_80(Rates.GIGABITS_80, 80_000),

    /** 100 gigabits per second. */
    GIGABITS_100(Rates.GIGABITS_100, 103_125),

    /** 112 gigabits per second. */
    GIGABITS_112(Rates.GIGABITS_112, 112_500),

    /** 120 gigabits per second. */
    GIGABITS_120(Rates.GIGABITS_120, 120_000),

    /** 168 gigabits per second. */
    GIGABITS_168(Rates.GIGABITS_168, 168_750),

    /** 200 gigabits per second. */
    GIGABITS_200(Rates.GIGABITS_200, 206_250),

    /** 300 gigabits per second. */
    GIGABITS_300(Rates.GIGABITS_300, 309_375),

    /** 400 gigabits per second. */
    GIGABITS_400(Rates.GIGABITS_400, 425_000),

    /** 600 gigabits per second. */
    GIGABITS_600(Rates.GIGABITS_600, 637_500),

    /** 800 gigabits per second. */
    GIGABITS_800(Rates.GIGABITS_800, 850_000),

    /** 1200 gigabits per second. */
    GIGABITS_1200(Rates.GIGABITS_1200, 1_275_000),

    /** A value that this version does not know. It cannot be set. */
    UNKNOWN(-1, 0);

    private final int value;
    private final int megabitsPerSecond;

    PathRate(final int value, final int megabitsPerSecond) {
        this.value = value;
        this.megabitsPerSecond = megabitsPerSecond;
    }

    /**
     * Returns the C constant.
     *
     * @return its value in {@code <infiniband/verbs.h>}; -1 for {@link #UNKNOWN}.
     */
    public int value() {
        return value;
    }

    /**
     * Returns the rate exactly ({@code ibv_rate_to_mbps(3)}).
     *
     * @return megabits per second; 0 for {@link #MAXIMUM} and {@link #UNKNOWN}, which state no rate.
     */
    public int megabitsPerSecond() {
        return megabitsPerSecond;
    }

    /**
     * Returns the constant of a value.
     *
     * @param value a value of {@code enum ibv_rate}.
     * @return the constant, or {@link #UNKNOWN} when there is none.
     */
    static PathRate of(final int value) {
        for (final PathRate rate : values()) {
            if (rate.value == value) {
                return rate;
            }
        }
        return UNKNOWN;
    }
}
