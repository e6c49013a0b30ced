// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/**
 * The delays that a receiver without a posted receive asks the sender to wait, and their codes.
 *
 * <p>The code is {@code ibv_qp_attr.min_rnr_timer} ({@code ibv_modify_qp(3)}). It is also the lower five bits of the
 * syndrome of an RNR NAK (IBTA 9.7.5.2.8; {@code enum rdma_rnr_timer} of Linux).
 */
public final class RnrTimers {

    /** Delays by code, in units of 10 microseconds. */
    private static final int[] DELAYS_10_US = {
        65_536, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072,
        4096, 6144, 8192, 12_288, 16_384, 24_576, 32_768, 49_152
    };
    private static final long UNIT_NS = 10_000;

    /** Code 0 means the longest delay, not none. */
    private static final int LONGEST_CODE = 0;

    /** The longest delay, in nanoseconds: 655.36 ms. */
    public static final long LONGEST_DELAY_NS = DELAYS_10_US[LONGEST_CODE] * UNIT_NS;

    private RnrTimers() {
    }

    /**
     * Returns the delay of a code.
     *
     * @param code 0 to 31.
     * @return nanoseconds, 10 000 to {@link #LONGEST_DELAY_NS}.
     * @throws ArrayIndexOutOfBoundsException if the code is out of range.
     */
    public static long delayNs(final int code) {
        return DELAYS_10_US[code] * UNIT_NS;
    }

    /**
     * Returns the code of the shortest delay that is not shorter than the one requested.
     *
     * @param delayNs nanoseconds, 1 to {@link #LONGEST_DELAY_NS}.
     * @return 0 to 31; 0 for every longer delay.
     */
    public static int code(final long delayNs) {
        for (int code = 1; code < DELAYS_10_US.length; code++) {
            if (delayNs(code) >= delayNs) {
                return code;
            }
        }
        return LONGEST_CODE;
    }
}
