// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.constants.PortStates;

/** Logical state of a port ({@code enum ibv_port_state}). */
public enum PortState {

    /** Not reported. */
    NO_CHANGE(PortStates.NO_CHANGE),

    /** No link. */
    DOWN(PortStates.DOWN),

    /** The link is up but not yet configured. */
    INITIALIZE(PortStates.INITIALIZE),

    /** Configured but not yet active. */
    ARMED(PortStates.ARMED),

    /** Data can flow. */
    ACTIVE(PortStates.ACTIVE),

    /** The port was active. Its link is being recovered. */
    ACTIVE_DEFER(PortStates.ACTIVE_DEFER);

    private final int value;

    PortState(final int value) {
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
     * @param value a value of {@code enum ibv_port_state}.
     * @return the constant.
     * @throws IllegalArgumentException when there is no such value.
     */
    static PortState of(final int value) {
        return switch (value) {
            case PortStates.NO_CHANGE -> NO_CHANGE;
            case PortStates.DOWN -> DOWN;
            case PortStates.INITIALIZE -> INITIALIZE;
            case PortStates.ARMED -> ARMED;
            case PortStates.ACTIVE -> ACTIVE;
            case PortStates.ACTIVE_DEFER -> ACTIVE_DEFER;
            default -> throw new IllegalArgumentException("enum ibv_port_state has no value " + value);
        };
    }
}
