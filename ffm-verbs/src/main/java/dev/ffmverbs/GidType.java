// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.constants.GidTypes;

/** What kind of address a GID is ({@code enum ibv_gid_type}). */
public enum GidType {

    /** InfiniBand. */
    INFINIBAND(GidTypes.INFINIBAND),

    /** RoCE version 1: Ethernet frames, not routable. */
    ROCE_V1(GidTypes.ROCE_V1),

    /** RoCE version 2: UDP port 4791, routable. */
    ROCE_V2(GidTypes.ROCE_V2);

    private final int value;

    GidType(final int value) {
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
     * @param value a value of {@code enum ibv_gid_type}.
     * @return the constant.
     * @throws IllegalArgumentException when there is no such value.
     */
    static GidType of(final int value) {
        return switch (value) {
            case GidTypes.INFINIBAND -> INFINIBAND;
            case GidTypes.ROCE_V1 -> ROCE_V1;
            case GidTypes.ROCE_V2 -> ROCE_V2;
            default -> throw new IllegalArgumentException("enum ibv_gid_type has no value " + value);
        };
    }
}
