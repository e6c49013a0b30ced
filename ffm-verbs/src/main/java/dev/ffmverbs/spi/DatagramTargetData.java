// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

/**
 * Where datagrams to a peer or a multicast group go ({@code struct rdma_ud_param}).
 *
 * @param addressAttributes the path, a {@code struct ibv_ah_attr}.
 * @param queuePairNumber   number of the peer's queue pair, 0xFFFFFF for a group.
 * @param queueKey          queue key of the peer's queue pair or of the group.
 */
public record DatagramTargetData(byte[] addressAttributes, int queuePairNumber, int queueKey) {
}
