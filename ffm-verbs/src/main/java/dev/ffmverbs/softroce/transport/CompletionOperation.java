// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

/** What completed: values of {@code enum ibv_wc_opcode}, and flags of {@code enum ibv_wc_flags}. */
public final class CompletionOperation {

    /** A SEND of any kind. */
    public static final int SEND = 0;
    /** An RDMA WRITE of any kind. */
    public static final int RDMA_WRITE = 1;
    /** An RDMA READ. */
    public static final int RDMA_READ = 2;
    /** A compare and swap. */
    public static final int COMPARE_SWAP = 3;
    /** A fetch and add. */
    public static final int FETCH_ADD = 4;
    /** A receive, by a SEND of the peer. */
    public static final int RECEIVE = 1 << 7;
    /** A receive, by an RDMA WRITE with immediate data of the peer. */
    public static final int RECEIVE_RDMA_WITH_IMMEDIATE = RECEIVE + 1;

    /** Flag: the completion has immediate data. */
    public static final int WITH_IMMEDIATE = 1 << 1;
    /** Flag: the completion names a key that was invalidated. */
    public static final int WITH_INVALIDATE = 1 << 3;

    private CompletionOperation() {
    }
}
