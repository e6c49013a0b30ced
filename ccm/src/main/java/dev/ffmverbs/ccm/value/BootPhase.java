// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.value;

/** How far a node has booted, as its boot-status variable tells: information for partners, never a precondition. */
public enum BootPhase {

    /** The connection manager runs, and nothing above it yet. */
    INITIALIZING(1),

    /** The system above the connection manager is starting. */
    BOOTING(2),

    /** The system is fully active. */
    ACTIVE(3),

    /** The node is shutting down in order; the silence that follows is not its death. */
    LEAVING(4);

    private final int code;

    BootPhase(final int code) {
        this.code = code;
    }

    /**
     * The number that stands for it in memory.
     *
     * @return 1 to 4.
     */
    public int code() {
        return code;
    }

    /**
     * The phase of a number.
     *
     * @param code number found in memory.
     * @return the phase, or null when this layout version knows none of that number.
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
