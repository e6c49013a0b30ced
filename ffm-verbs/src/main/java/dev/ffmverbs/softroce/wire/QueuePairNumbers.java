// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

/** The queue pair numbers with a fixed meaning, and the range of all others (IBTA 9.2.4 and 10.5.2). */
public final class QueuePairNumbers {

    /** No packet comes from or goes to this number on Ethernet. On InfiniBand, it is the subnet management's. */
    public static final int SUBNET_MANAGEMENT = 0;
    /** Queue pair of the general services interface, on every device. */
    public static final int GENERAL_SERVICES = 1;
    /** Lowest number of a queue pair of a program. */
    public static final int FIRST = 2;
    /** Highest number of a queue pair of a program. */
    public static final int LAST = 0xFF_FFFE;
    /** The number that datagrams to a multicast group name. */
    public static final int MULTICAST = 0xFF_FFFF;
    /** Highest number that packets have room for. */
    public static final int HIGHEST = 0xFF_FFFF;

    private QueuePairNumbers() {
    }

    /**
     * Returns whether a queue pair of a program can have a number.
     *
     * @param number number from a peer.
     * @return false for the numbers with a fixed meaning, and those that no packet has room for.
     */
    public static boolean isOfProgram(final int number) {
        return number >= FIRST && number <= LAST;
    }
}
