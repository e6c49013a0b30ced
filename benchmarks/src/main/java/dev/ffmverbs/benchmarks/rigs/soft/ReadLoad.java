// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

/**
 * READs of one length, and the packets they take.
 *
 * @param lengthBytes bytes per READ, at least 1.
 * @param depth       READs in flight, at least 1.
 * @param operations  READs that count, at least 1.
 * @param warmUp      READs before these, which do not count.
 */
public record ReadLoad(int lengthBytes, int depth, int operations, int warmUp) {

    /** Path MTU of the loopback interface. */
    private static final int PATH_MTU_BYTES = 4096;
    private static final int BTH_BYTES = 12;
    private static final int RETH_BYTES = 16;
    private static final int AETH_BYTES = 4;
    private static final int ICRC_BYTES = 4;

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is out of range.
     */
    public ReadLoad {
        if (lengthBytes < 1 || depth < 1 || operations < 1 || warmUp < 0) {
            throw new IllegalArgumentException("READs need at least 1 byte, 1 in flight and 1 operation, and no"
                + " negative warm-up; got " + lengthBytes + ", " + depth + ", " + operations + " and " + warmUp);
        }
    }

    int requestBytes() {
        return BTH_BYTES + RETH_BYTES + ICRC_BYTES;
    }

    int responses() {
        return (lengthBytes + PATH_MTU_BYTES - 1) / PATH_MTU_BYTES;
    }

    /** Length of the longest response; the others lack a header of four bytes or are shorter. */
    int responseBytes() {
        return BTH_BYTES + AETH_BYTES + (Math.min(lengthBytes, PATH_MTU_BYTES) + 3 & ~3) + ICRC_BYTES;
    }

    @Override
    public String toString() {
        return "READ of " + lengthBytes + " bytes, " + depth + " at a time";
    }
}
