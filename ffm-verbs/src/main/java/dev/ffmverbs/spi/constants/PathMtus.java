// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/** Largest packet payload ({@code enum ibv_mtu}). */
public final class PathMtus {

    /** {@code IBV_MTU_256}: 256 bytes. */
    public static final int MTU_256 = 1;
    /** {@code IBV_MTU_512}: 512 bytes. */
    public static final int MTU_512 = 2;
    /** {@code IBV_MTU_1024}: 1024 bytes. */
    public static final int MTU_1024 = 3;
    /** {@code IBV_MTU_2048}: 2048 bytes. */
    public static final int MTU_2048 = 4;
    /** {@code IBV_MTU_4096}: 4096 bytes. */
    public static final int MTU_4096 = 5;

    private PathMtus() {
    }
}
