// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.latency;

import dev.ffmverbs.benchmarks.device.Endpoint;

/**
 * What is measured, and on which device. Both ends must have the same measurement.
 *
 * @param operation  the operation.
 * @param deviceName name of the device; empty for the first one.
 * @param gidIndex   index of the port's address in the GID table, or {@link Endpoint#ANY_GID}.
 * @param sizeBytes  bytes per operation, 1 to {@link #MAXIMUM_SIZE_BYTES}.
 */
public record Measurement(Operation operation, String deviceName, int gidIndex, int sizeBytes) {

    /** Longest operation, as in perftest. */
    public static final int MAXIMUM_SIZE_BYTES = 1 << 23;

    private static final int LEAST_BYTES_BETWEEN_BUFFERS = 4096;

    /**
     * Checks the size.
     *
     * @throws IllegalArgumentException if it is out of range.
     */
    public Measurement {
        if (sizeBytes < 1 || sizeBytes > MAXIMUM_SIZE_BYTES) {
            throw new IllegalArgumentException(
                "operations have 1 to " + MAXIMUM_SIZE_BYTES + " bytes, not " + sizeBytes);
        }
    }

    /** Opens one end. The first half of its buffer receives, and the second half holds what is sent. */
    Endpoint openEndpoint() {
        return new Endpoint(deviceName, gidIndex, 2L * Math.max(sizeBytes, LEAST_BYTES_BETWEEN_BUFFERS));
    }
}
