// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

/** What kind of address a GID is ({@code enum ibv_gid_type}). */
public enum GidType {

    /** InfiniBand. */
    INFINIBAND(0),

    /** RoCE version 1: Ethernet frames, not routable. */
    ROCE_V1(1),

    /** RoCE version 2: UDP port 4791, routable. */
    ROCE_V2(2);

    private final int value;

    GidType(final int value) {
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
     * @param value a value of {@code enum ibv_gid_type}.
     * @return the constant.
     * @throws IllegalArgumentException when there is no such value.
     */
    static GidType of(final int value) {
        return switch (value) {
            case 0 -> INFINIBAND;
            case 1 -> ROCE_V1;
            case 2 -> ROCE_V2;
            default -> throw new IllegalArgumentException("enum ibv_gid_type has no value " + value);
        };
    }
}
