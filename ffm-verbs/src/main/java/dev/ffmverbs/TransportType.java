// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.constants.TransportTypes;

/** The protocol that a device speaks ({@code enum ibv_transport_type}). */
public enum TransportType {

    /** InfiniBand, over its own links or over Ethernet as RoCE. */
    INFINIBAND(TransportTypes.INFINIBAND),

    /** iWARP, over TCP. */
    IWARP(TransportTypes.IWARP),

    /** Cisco's usNIC over its own Ethernet type. */
    USNIC(TransportTypes.USNIC),

    /** Cisco's usNIC over UDP. */
    USNIC_UDP(TransportTypes.USNIC_UDP),

    /** Another protocol. */
    UNSPECIFIED(TransportTypes.UNSPECIFIED),

    /** Not reported, or a protocol that this version does not know. */
    UNKNOWN(TransportTypes.UNKNOWN);

    private final int value;

    TransportType(final int value) {
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
     * @param value a value of {@code enum ibv_transport_type}.
     * @return the constant, or {@link #UNKNOWN} when there is none.
     */
    static TransportType of(final int value) {
        for (final TransportType type : values()) {
            if (type.value == value) {
                return type;
            }
        }
        return UNKNOWN;
    }
}
