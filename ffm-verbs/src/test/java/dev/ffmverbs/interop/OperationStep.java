// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.interop;

import java.util.ArrayList;
import java.util.List;

/**
 * One operation of {@link Operations}, as both ends know it.
 *
 * @param kind        what is done.
 * @param lengthBytes how many bytes of data it moves.
 */
record OperationStep(Kind kind, int lengthBytes) {

    /** An operation that one end can request from the other. */
    enum Kind {
        /** RDMA READ. */
        READ,
        /** RDMA WRITE. */
        WRITE,
        /** RDMA WRITE with immediate data. */
        WRITE_WITH_IMMEDIATE,
        /** SEND. */
        SEND,
        /** SEND with immediate data. */
        SEND_WITH_IMMEDIATE,
        /** Many WRITEs in one chain, followed by a READ of all of them. */
        CHAIN,
        /** Fetch and add. */
        FETCH_ADD,
        /** A compare and swap that succeeds, then one that fails. */
        COMPARE_SWAP
    }

    private static final int[] LENGTHS = {0, 1, 1024, 1025, 65_536, (1 << 20) + 1};

    /** Longest of all. */
    static final int MAX_LENGTH_BYTES = (1 << 20) + 1;

    /** All steps, in the order both ends take them. */
    static List<OperationStep> all() {
        final List<OperationStep> steps = new ArrayList<>();
        for (final Kind kind : List.of(
            Kind.READ, Kind.WRITE, Kind.WRITE_WITH_IMMEDIATE, Kind.SEND, Kind.SEND_WITH_IMMEDIATE)) {
            for (final int length : LENGTHS) {
                steps.add(new OperationStep(kind, length));
            }
        }
        steps.add(new OperationStep(Kind.CHAIN, 1 << 18));
        steps.add(new OperationStep(Kind.FETCH_ADD, Long.BYTES));
        steps.add(new OperationStep(Kind.COMPARE_SWAP, Long.BYTES));
        return steps;
    }

    /** Seed of the contents this step moves. */
    long seed() {
        return kind.ordinal() * 1_000_003L + lengthBytes;
    }

    /** Returns a number for the peer's completion. All of its bytes differ. */
    int immediateData() {
        return 0x01020304 * (kind.ordinal() + 1) + lengthBytes;
    }

    @Override
    public String toString() {
        return kind + " of " + lengthBytes + " bytes";
    }
}
