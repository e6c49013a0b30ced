// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

/** Largest payload of a packet on a path ({@code enum ibv_mtu}). */
public enum PathMtu {

    /** 256 bytes. */
    MTU_256(1),

    /** 512 bytes. */
    MTU_512(2),

    /** 1024 bytes. */
    MTU_1024(3),

    /** 2048 bytes. */
    MTU_2048(4),

    /** 4096 bytes. */
    MTU_4096(5);

    private final int value;

    PathMtu(final int value) {
        this.value = value;
    }

    /**
     * The C constant.
     *
     * @return its value in {@code <infiniband/verbs.h>}.
     */
    public int value() {
        return value;
    }

    /**
     * The constant of a value.
     *
     * @param value a value of {@code enum ibv_mtu}.
     * @return the constant.
     * @throws IllegalArgumentException when there is no such value.
     */
    static PathMtu of(final int value) {
        return switch (value) {
            case 1 -> MTU_256;
            case 2 -> MTU_512;
            case 3 -> MTU_1024;
            case 4 -> MTU_2048;
            case 5 -> MTU_4096;
            default -> throw new IllegalArgumentException("enum ibv_mtu has no value " + value);
        };
    }
}
