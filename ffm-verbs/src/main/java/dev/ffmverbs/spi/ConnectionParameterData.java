// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

/**
 * The parameters of a connection request or an acceptance ({@code struct rdma_conn_param}).
 *
 * @param queuePairNumber    number of the caller's queue pair.
 * @param privateData        bytes for the peer, at most 56 in a request and 196 in an acceptance; for datagrams 180
 *                           and 136.
 * @param responderResources READ and atomic requests the peer may have outstanding at this side, 0 to 255.
 * @param initiatorDepth     READ and atomic requests this side wants to have outstanding at the peer, 0 to 255.
 * @param retryCount         retransmissions before an operation fails, 0 to 7; only in a request.
 * @param rnrRetryCount      retries at a receiver that is not ready, 0 to 7; 7 retries without limit.
 */
public record ConnectionParameterData(
    int queuePairNumber, byte[] privateData, int responderResources, int initiatorDepth, int retryCount,
    int rnrRetryCount) {
}
