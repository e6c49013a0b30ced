// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

/** Physical state of a port ({@code ibv_port_attr.phys_state}, IBTA 14.2.5.6). */
public enum PhysicalPortState {

    /** The port sleeps. */
    SLEEP(1),

    /** The port looks for a link. */
    POLLING(2),

    /** The port is disabled. */
    DISABLED(3),

    /** The link is being configured. */
    TRAINING(4),

    /** The link is up. */
    LINK_UP(5),

    /** The link recovers from an error. */
    LINK_ERROR_RECOVERY(6),

    /** The port is being tested. */
    PHYSICAL_TEST(7),

    /** Not reported, or a state that this version does not know. */
    UNKNOWN(0);
    private final int value;

    PhysicalPortState(final int value) {
        this.value = value;
    }

    /**
     * Returns the code that C uses.
     *
     * @return the number in {@code ibv_port_attr.phys_state}; 0 for {@link #UNKNOWN}.
     */
    public int value() {
        return value;
    }

    /** Returns the constant of a code, or {@link #UNKNOWN} when there is none. */
    static PhysicalPortState of(final int code) {
        for (final PhysicalPortState constant : values()) {
            if (constant.value == code) {
                return constant;
            }
        }
        return UNKNOWN;
    }
}
