// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.binding;

/** An operation of the data path. */
public enum Transfer {

    /** RDMA READ. */
    READ("read", 4, 1),
    /** RDMA WRITE. */
    WRITE("write", 0, 1),
    /** SEND into a receive of the far end. */
    SEND("send", 2, 2),
    /** Atomic fetch and add of 8 bytes. */
    FETCH_AND_ADD("fetch-and-add", 6, 1),
    /** Atomic compare and swap of 8 bytes. */
    COMPARE_AND_SWAP("compare-and-swap", 5, 1);

    private final String label;
    private final int opcode;
    private final int completions;

    Transfer(final String label, final int opcode, final int completions) {
        this.label = label;
        this.opcode = opcode;
        this.completions = completions;
    }

    /**
     * Returns its name in results.
     *
     * @return for example {@code read}.
     */
    public String label() {
        return label;
    }

    /**
     * Returns whether it works on exactly eight bytes.
     *
     * @return true for the atomics.
     */
    public boolean isAtomic() {
        return this == FETCH_AND_ADD || this == COMPARE_AND_SWAP;
    }

    /** Returns the value of {@code enum ibv_wr_opcode}. */
    int opcode() {
        return opcode;
    }

    /**
     * Returns the number of completions at both ends together.
     *
     * @return 1 or 2.
     */
    public int completions() {
        return completions;
    }
}
