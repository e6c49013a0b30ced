// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import java.util.Objects;
import java.util.OptionalInt;

/**
 * An immutable copy of a completion ({@code struct ibv_wc}), for code that keeps completions or passes them to other
 * threads. {@link WorkCompletions#copy} makes it.
 *
 * <p>When the status is not {@link WorkCompletionStatus#SUCCESS}, only identifier, status, queue pair number and vendor
 * error are valid, as in {@link WorkCompletions}.
 *
 * @param workRequestId   the number set when the request was posted.
 * @param status          how the request ended.
 * @param opcode          the operation that completed; valid on success only.
 * @param byteLength      bytes received or read, 0 to 2^32-1; valid for receives, READs and atomics that succeeded.
 * @param immediateData   the number that the peer sent with the message; empty when it sent none, and after a failure.
 * @param queuePairNumber number of the local queue pair, 24 bits.
 * @param vendorError     a number defined by the device's vendor, 0 when there is none.
 */
public record Completion(
    long workRequestId, WorkCompletionStatus status, WorkCompletionOpcode opcode, long byteLength,
    OptionalInt immediateData, int queuePairNumber, int vendorError) {

    /**
     * Checks that the values exist.
     *
     * @throws NullPointerException when status, opcode or the immediate data is null.
     */
    public Completion {
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(opcode, "opcode");
        Objects.requireNonNull(immediateData, "immediateData");
    }

    /**
     * Whether the request succeeded.
     *
     * @return whether the status is {@link WorkCompletionStatus#SUCCESS}.
     */
    public boolean isSuccess() {
        return status == WorkCompletionStatus.SUCCESS;
    }

    /**
     * Returns this completion if the request succeeded.
     *
     * @return this.
     * @throws RequestFailedException when it did not.
     */
    public Completion requireSuccess() {
        if (!isSuccess()) {
            throw new RequestFailedException(this);
        }
        return this;
    }
}
