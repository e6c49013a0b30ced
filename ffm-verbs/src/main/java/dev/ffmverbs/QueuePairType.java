// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.constants.QueuePairTypes;

/** Transport service of a queue pair ({@code enum ibv_qp_type}). */
public enum QueuePairType {

    /** RC: connected, reliable, in order. Supports all operations. */
    RELIABLE_CONNECTION(QueuePairTypes.RELIABLE_CONNECTION),

    /** UC: connected, unreliable. Supports SEND and WRITE. */
    UNRELIABLE_CONNECTION(QueuePairTypes.UNRELIABLE_CONNECTION),

    /** UD: datagrams to any peer. Supports SEND only. */
    UNRELIABLE_DATAGRAM(QueuePairTypes.UNRELIABLE_DATAGRAM);

    private final int value;

    QueuePairType(final int value) {
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
     * @param value a value of {@code enum ibv_qp_type}.
     * @return the constant.
     * @throws IllegalArgumentException when there is no such value.
     */
    static QueuePairType of(final int value) {
        return switch (value) {
            case QueuePairTypes.RELIABLE_CONNECTION -> RELIABLE_CONNECTION;
            case QueuePairTypes.UNRELIABLE_CONNECTION -> UNRELIABLE_CONNECTION;
            case QueuePairTypes.UNRELIABLE_DATAGRAM -> UNRELIABLE_DATAGRAM;
            default -> throw new IllegalArgumentException("no queue pair has type " + QueuePairTypes.name(value)
                + " here, but IBV_QPT_RC, IBV_QPT_UC or IBV_QPT_UD; NATIVE.md shows how to create others");
        };
    }
}
