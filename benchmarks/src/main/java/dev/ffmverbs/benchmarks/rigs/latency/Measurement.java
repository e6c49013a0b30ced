// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.latency;

import dev.ffmverbs.benchmarks.device.Endpoint;

/**
 * What is measured on which device; the same at both ends.
 *
 * @param operation  the operation.
 * @param deviceName name of the device; empty for the first one.
 * @param gidIndex   place of the port's address in the GID table, or {@link Endpoint#ANY_GID}.
 * @param sizeBytes  bytes per operation, 1 to {@link #MAXIMUM_SIZE_BYTES}.
 */
public record Measurement(Operation operation, String deviceName, int gidIndex, int sizeBytes) {

    /** Longest operation: perftest's longest. */
    public static final int MAXIMUM_SIZE_BYTES = 1 << 23;

    private static final int LEAST_BYTES_BETWEEN_BUFFERS = 4096;

    /**
     * Checks the size.
     *
     * @throws IllegalArgumentException when it is out of range.
     */
    public Measurement {
        if (sizeBytes < 1 || sizeBytes > MAXIMUM_SIZE_BYTES) {
            throw new IllegalArgumentException(
                "operations have 1 to " + MAXIMUM_SIZE_BYTES + " bytes, not " + sizeBytes);
        }
    }

    /** Opens one end; what comes in has the first half of its buffer, what goes out the second, pages apart. */
    Endpoint openEndpoint() {
        return new Endpoint(deviceName, gidIndex, 2L * Math.max(sizeBytes, LEAST_BYTES_BETWEEN_BUFFERS));
    }
}
