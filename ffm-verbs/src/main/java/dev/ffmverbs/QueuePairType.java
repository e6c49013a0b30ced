// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

/** Transport service of a queue pair ({@code enum ibv_qp_type}). */
public enum QueuePairType {

    /** RC: connected, reliable, in order; all operations. */
    RELIABLE_CONNECTION(2),

    /** UC: connected, unreliable; SEND and WRITE. */
    UNRELIABLE_CONNECTION(3),

    /** UD: datagrams to any peer; SEND only. */
    UNRELIABLE_DATAGRAM(4);

    private final int value;

    QueuePairType(final int value) {
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
     * @param value a value of {@code enum ibv_qp_type}.
     * @return the constant.
     * @throws IllegalArgumentException when there is no such value.
     */
    static QueuePairType of(final int value) {
        return switch (value) {
            case 2 -> RELIABLE_CONNECTION;
            case 3 -> UNRELIABLE_CONNECTION;
            case 4 -> UNRELIABLE_DATAGRAM;
            default -> throw new IllegalArgumentException("enum ibv_qp_type has no value " + value);
        };
    }
}
