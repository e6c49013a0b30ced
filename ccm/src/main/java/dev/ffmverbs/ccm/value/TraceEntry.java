// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.value;

import dev.ffmverbs.WorkCompletionStatus;
import java.net.InetSocketAddress;

/**
 * One RDMA operation of a handshake: how it was issued and how it ended.
 *
 * @param attempt       number of the attempt to reach the partner, from 1.
 * @param step          the step; a torn record is read again within the same step.
 * @param issuedNs      when it was issued, in nanoseconds of {@link System#nanoTime}.
 * @param durationNs    time until it completed or was abandoned, in nanoseconds.
 * @param local         this node's address and port of the connection.
 * @param remote        the partner's address and port.
 * @param memoryAddress address in the partner's memory.
 * @param lengthBytes   bytes read or written.
 * @param completion    status that the fabric reported; null if the operation was abandoned.
 * @param outcome       what the result means for the handshake.
 */
public record TraceEntry(
    int attempt, HandshakeStep step, long issuedNs, long durationNs, InetSocketAddress local, InetSocketAddress remote,
    long memoryAddress, int lengthBytes, WorkCompletionStatus completion, AttemptOutcome outcome) {

    /**
     * Whether the operation did what the step requires.
     *
     * @return whether the next step may follow.
     */
    public boolean isSuccessful() {
        return outcome == AttemptOutcome.OK;
    }
}
