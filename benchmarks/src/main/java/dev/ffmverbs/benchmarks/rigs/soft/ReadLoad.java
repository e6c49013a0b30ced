// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

/**
 * READs of one length, and the packets they take.
 *
 * @param lengthBytes bytes per READ, at least 1.
 * @param depth       READs under way at a time.
 * @param operations  READs that count.
 * @param warmUp      READs before, that do not.
 */
record ReadLoad(int lengthBytes, int depth, int operations, int warmUp) {

    /** Path MTU of the loopback interface. */
    private static final int PATH_MTU_BYTES = 4096;
    private static final int BTH_BYTES = 12;
    private static final int RETH_BYTES = 16;
    private static final int AETH_BYTES = 4;
    private static final int ICRC_BYTES = 4;

    int requestBytes() {
        return BTH_BYTES + RETH_BYTES + ICRC_BYTES;
    }

    int responses() {
        return (lengthBytes + PATH_MTU_BYTES - 1) / PATH_MTU_BYTES;
    }

    /** Bytes of the longest response; the others lack a header of four bytes or are shorter. */
    int responseBytes() {
        return BTH_BYTES + AETH_BYTES + (Math.min(lengthBytes, PATH_MTU_BYTES) + 3 & ~3) + ICRC_BYTES;
    }

    @Override
    public String toString() {
        return "READ of " + lengthBytes + " bytes, " + depth + " at a time";
    }
}
