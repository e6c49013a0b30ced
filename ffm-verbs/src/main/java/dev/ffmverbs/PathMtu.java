// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.constants.PathMtus;

/** Largest packet payload on a path ({@code enum ibv_mtu}). */
public enum PathMtu {

    /** 256 bytes. */
    MTU_256(PathMtus.MTU_256),

    /** 512 bytes. */
    MTU_512(PathMtus.MTU_512),

    /** 1024 bytes. */
    MTU_1024(PathMtus.MTU_1024),

    /** 2048 bytes. */
    MTU_2048(PathMtus.MTU_2048),

    /** 4096 bytes. */
    MTU_4096(PathMtus.MTU_4096),

    /** None, as a datagram queue pair has, or one that this version does not know. It cannot be set. */
    UNKNOWN(0);

    private static final int SMALLEST_BYTES = 256;

    private final int value;

    PathMtu(final int value) {
        this.value = value;
    }

    /**
     * Returns the C constant.
     *
     * @return its value in {@code <infiniband/verbs.h>}; 0 for {@link #UNKNOWN}.
     */
    public int value() {
        return value;
    }

    /**
     * Returns the size.
     *
     * @return 256 to 4096 bytes; 0 for {@link #UNKNOWN}.
     */
    public int bytes() {
        return this == UNKNOWN ? 0 : SMALLEST_BYTES << value - PathMtus.MTU_256;
    }

    /**
     * Returns the largest path MTU for packets of limited size.
     *
     * @param bytes most bytes of payload in a packet.
     * @return the largest that is not above the number; {@link #MTU_256} when all are.
     */
    public static PathMtu atMost(final int bytes) {
        PathMtu largest = MTU_256;
        for (final PathMtu mtu : values()) {
            if (mtu != UNKNOWN && mtu.bytes() <= bytes) {
                largest = mtu;
            }
        }
        return largest;
    }

    /**
     * Returns the constant of a value.
     *
     * @param value a value of {@code enum ibv_mtu}.
     * @return the constant, or {@link #UNKNOWN} when there is none.
     */
    static PathMtu of(final int value) {
        return switch (value) {
            case PathMtus.MTU_256 -> MTU_256;
            case PathMtus.MTU_512 -> MTU_512;
            case PathMtus.MTU_1024 -> MTU_1024;
            case PathMtus.MTU_2048 -> MTU_2048;
            case PathMtus.MTU_4096 -> MTU_4096;
            default -> UNKNOWN;
        };
    }
}
