// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.value;

import dev.ffmverbs.WorkCompletionStatus;
import java.net.InetSocketAddress;

/**
 * One RDMA operation of a handshake, as it was issued and as it ended.
 *
 * @param attempt       which attempt to reach the partner, from 1.
 * @param step          which step; a torn record is read again within the same step.
 * @param issuedNs      when it was issued, in nanoseconds of {@link System#nanoTime}.
 * @param durationNs    until it completed or was given up, in nanoseconds.
 * @param local         this node's address and port of the connection.
 * @param remote        the partner's address and port.
 * @param memoryAddress address in the partner's memory.
 * @param lengthBytes   bytes read or written.
 * @param completion    status the fabric reported; null when it was given up.
 * @param outcome       what it meant for the handshake.
 */
public record TraceEntry(
    int attempt, HandshakeStep step, long issuedNs, long durationNs, InetSocketAddress local, InetSocketAddress remote,
    long memoryAddress, int lengthBytes, WorkCompletionStatus completion, AttemptOutcome outcome) {

    /**
     * Whether the operation did what the step asks for.
     *
     * @return whether the next step may follow.
     */
    public boolean isSuccessful() {
        return outcome == AttemptOutcome.OK;
    }
}
