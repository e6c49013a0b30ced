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
    MTU_4096(PathMtus.MTU_4096);

    private final int value;

    PathMtu(final int value) {
        this.value = value;
    }

    /**
     * Returns the C constant.
     *
     * @return its value in {@code <infiniband/verbs.h>}.
     */
    public int value() {
        return value;
    }

    /**
     * Returns the constant of a value.
     *
     * @param value a value of {@code enum ibv_mtu}.
     * @return the constant.
     * @throws IllegalArgumentException when there is no such value.
     */
    static PathMtu of(final int value) {
        return switch (value) {
            case PathMtus.MTU_256 -> MTU_256;
            case PathMtus.MTU_512 -> MTU_512;
            case PathMtus.MTU_1024 -> MTU_1024;
            case PathMtus.MTU_2048 -> MTU_2048;
            case PathMtus.MTU_4096 -> MTU_4096;
            default -> throw new IllegalArgumentException("enum ibv_mtu has no value " + value);
        };
    }
}
