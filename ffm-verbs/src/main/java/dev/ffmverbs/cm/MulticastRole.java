// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

/** What a queue pair does with a multicast group ({@code enum rdma_cm_mc_join_flags}). */
public enum MulticastRole {

    /** It receives what is sent to the group, and may send to it ({@code RDMA_MC_JOIN_FLAG_FULLMEMBER}). */
    MEMBER,

    /** It sends to the group, and receives nothing ({@code RDMA_MC_JOIN_FLAG_SENDONLY_FULLMEMBER}). */
    SENDER
}
