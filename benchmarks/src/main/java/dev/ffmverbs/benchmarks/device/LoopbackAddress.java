// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.device;

/**
 * Loopback addresses that no other process uses. A software device uses the UDP port of its whole address, so two
 * processes on one machine need different addresses.
 */
public final class LoopbackAddress {

    /** Highest number of an address. */
    public static final int HIGHEST = 6;

    private static final int BITS_OF_NUMBER = 3;
    private static final int BITS_OF_PROCESS = 5;

    private LoopbackAddress() {
    }

    /**
     * Returns an address of this process, derived from the process identifier. It never ends with 0 or 255, which no
     * socket can be bound to.
     *
     * @param number 1 to {@link #HIGHEST}; the caller decides what each is for.
     * @return the address in decimal notation.
     * @throws IllegalArgumentException if the number is out of range.
     */
    public static String ofThisProcess(final int number) {
        if (number < 1 || number > HIGHEST) {
            throw new IllegalArgumentException("a process has addresses 1 to " + HIGHEST + ", not " + number);
        }
        final long process = ProcessHandle.current().pid();
        final long last = (process & (1 << BITS_OF_PROCESS) - 1) << BITS_OF_NUMBER | number;
        return "127." + (process >> BITS_OF_PROCESS + Byte.SIZE & 0xFF) + "." + (process >> BITS_OF_PROCESS & 0xFF)
            + "." + last;
    }
}
