// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/** What kind of address a GID is ({@code enum ibv_gid_type}). */
public final class GidTypes {

    /** {@code IBV_GID_TYPE_IB}: InfiniBand. */
    public static final int INFINIBAND = 0;
    /** {@code IBV_GID_TYPE_ROCE_V1}: RoCE version 1. */
    public static final int ROCE_V1 = 1;
    /** {@code IBV_GID_TYPE_ROCE_V2}: RoCE version 2. */
    public static final int ROCE_V2 = 2;

    private GidTypes() {
    }
}
