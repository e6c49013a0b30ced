// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/** Rates to which a path limits what is sent ({@code enum ibv_rate}). */
public final class Rates {

    /** {@code IBV_RATE_MAX}: the rate of the port, without a limit. */
    public static final int MAXIMUM = 0;
    /** {@code IBV_RATE_2_5_GBPS}: 2.5 gigabits per second. */
    public static final int GIGABITS_2_5 = 2;
    /** {@code IBV_RATE_5_GBPS}: 5 gigabits per second. */
    public static final int GIGABITS_5 = 5;
    /** {@code IBV_RATE_10_GBPS}: 10 gigabits per second. */
    public static final int GIGABITS_10 = 3;
    /** {@code IBV_RATE_14_GBPS}: 14 gigabits per second. */
    public static final int GIGABITS_14 = 11;
    /** {@code IBV_RATE_20_GBPS}: 20 gigabits per second. */
    public static final int GIGABITS_20 = 6;
    /** {@code IBV_RATE_25_GBPS}: 25 gigabits per second. */
    public static final int GIGABITS_25 = 15;
    /** {@code IBV_RATE_28_GBPS}: 28 gigabits per second. */
    public static final int GIGABITS_28 = 19;
    /** {@code IBV_RATE_30_GBPS}: 30 gigabits per second. */
    public static final int GIGABITS_30 = 4;
    /** {@code IBV_RATE_40_GBPS}: 40 gigabits per second. */
    public static final int GIGABITS_40 = 7;
    /** {@code IBV_RATE_50_GBPS}: 50 gigabits per second. */
    public static final int GIGABITS_50 = 20;
    /** {@code IBV_RATE_56_GBPS}: 56 gigabits per second. */
    public static final int GIGABITS_56 = 12;
    /** {@code IBV_RATE_60_GBPS}: 60 gigabits per second. */
    public static final int GIGABITS_60 = 8;
    /** {@code IBV_RATE_80_GBPS}: 80 gigabits per second. */
    public static final int GIGABITS_80 = 9;
    /** {@code IBV_RATE_100_GBPS}: 100 gigabits per second. */
    public static final int GIGABITS_100 = 16;
    /** {@code IBV_RATE_112_GBPS}: 112 gigabits per second. */
    public static final int GIGABITS_112 = 13;
    /** {@code IBV_RATE_120_GBPS}: 120 gigabits per second. */
    public static final int GIGABITS_120 = 10;
    /** {@code IBV_RATE_168_GBPS}: 168 gigabits per second. */
    public static final int GIGABITS_168 = 14;
    /** {@code IBV_RATE_200_GBPS}: 200 gigabits per second. */
    public static final int GIGABITS_200 = 17;
    /** {@code IBV_RATE_300_GBPS}: 300 gigabits per second. */
    public static final int GIGABITS_300 = 18;
    /** {@code IBV_RATE_400_GBPS}: 400 gigabits per second. */
    public static final int GIGABITS_400 = 21;
    /** {@code IBV_RATE_600_GBPS}: 600 gigabits per second. */
    public static final int GIGABITS_600 = 22;
    /** {@code IBV_RATE_800_GBPS}: 800 gigabits per second. */
    public static final int GIGABITS_800 = 23;
    /** {@code IBV_RATE_1200_GBPS}: 1200 gigabits per second. */
    public static final int GIGABITS_1200 = 24;

    private Rates() {
    }
}
