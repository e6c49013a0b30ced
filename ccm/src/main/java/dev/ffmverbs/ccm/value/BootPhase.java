// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.value;

/**
 * Says how far a node has booted, according to its boot-status variable. Partners may use it as information; nothing in
 * the handshake depends on it.
 */
public enum BootPhase {

    /** The connection manager runs, and nothing above it yet. */
    INITIALIZING(1),

    /** The system above the connection manager is starting. */
    BOOTING(2),

    /** The system is fully active. */
    ACTIVE(3),

    /** The node is shutting down cleanly. The silence that follows is not its death. */
    LEAVING(4);

    private final int code;

    BootPhase(final int code) {
        this.code = code;
    }

    /**
     * Returns the number that stands for this phase in memory.
     *
     * @return 1 to 4.
     */
    public int code() {
        return code;
    }

    /**
     * Returns the phase that a number stands for.
     *
     * @param code number found in memory.
     * @return the phase, or null if this layout version has none with that number.
     */
    public static BootPhase of(final int code) {
        return switch (code) {
            case 1 -> INITIALIZING;
            case 2 -> BOOTING;
            case 3 -> ACTIVE;
            case 4 -> LEAVING;
            default -> null;
        };
    }
}
