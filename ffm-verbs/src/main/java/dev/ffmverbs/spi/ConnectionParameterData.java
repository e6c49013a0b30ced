// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

/**
 * What a connection request or its acceptance carries ({@code struct rdma_conn_param}).
 *
 * @param queuePairNumber    number of the caller's queue pair.
 * @param privateData        bytes for the peer: at most 56 with a request, 196 with an acceptance.
 * @param responderResources READ and atomic requests the peer may have outstanding at us, 0 to 255.
 * @param initiatorDepth     READ and atomic requests we want to have outstanding at the peer, 0 to 255.
 * @param retryCount         retransmissions before an operation fails, 0 to 7; only with a request.
 * @param rnrRetryCount      the same for a receiver that is not ready; 7 retries without limit.
 */
public record ConnectionParameterData(
    int queuePairNumber, byte[] privateData, int responderResources, int initiatorDepth, int retryCount,
    int rnrRetryCount) {
}
