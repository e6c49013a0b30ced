// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

/** Logical state of a port ({@code enum ibv_port_state}). */
public enum PortState {

    /** Not reported. */
    NO_CHANGE(0),

    /** No link. */
    DOWN(1),

    /** Link is up, not yet configured. */
    INITIALIZE(2),

    /** Configured, not yet active. */
    ARMED(3),

    /** Data can flow. */
    ACTIVE(4),

    /** Was active; the link is being recovered. */
    ACTIVE_DEFER(5);

    private final int value;

    PortState(final int value) {
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
     * @param value a value of {@code enum ibv_port_state}.
     * @return the constant.
     * @throws IllegalArgumentException when there is no such value.
     */
    static PortState of(final int value) {
        return switch (value) {
            case 0 -> NO_CHANGE;
            case 1 -> DOWN;
            case 2 -> INITIALIZE;
            case 3 -> ARMED;
            case 4 -> ACTIVE;
            case 5 -> ACTIVE_DEFER;
            default -> throw new IllegalArgumentException("enum ibv_port_state has no value " + value);
        };
    }
}
