// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.device;

/** Both ends of one connection, in this process. Not thread-safe. */
public final class EndpointPair implements AutoCloseable {

    private final Endpoint near;
    private final Endpoint far;

    /**
     * Opens and connects both ends on one device.
     *
     * @param deviceName  name of the device; empty for the first one.
     * @param bufferBytes length of each end's buffer, at least 1.
     * @throws java.util.NoSuchElementException if there is no such device, or it has no address.
     * @throws dev.ffmverbs.VerbsException      if the device refuses an object.
     */
    public EndpointPair(final String deviceName, final long bufferBytes) {
        this(deviceName, deviceName, bufferBytes);
    }

    /**
     * Opens and connects both ends, each on its own device.
     *
     * @param nearDevice  name of the near end's device.
     * @param farDevice   name of the far end's device.
     * @param bufferBytes length of each end's buffer, at least 1.
     * @throws java.util.NoSuchElementException if there is no such device, or it has no address.
     * @throws dev.ffmverbs.VerbsException      if a device refuses an object.
     */
    public EndpointPair(final String nearDevice, final String farDevice, final long bufferBytes) {
        near = new Endpoint(nearDevice, Endpoint.ANY_GID, bufferBytes);
        Endpoint opened = null;
        boolean complete = false;
        try {
            opened = new Endpoint(farDevice, Endpoint.ANY_GID, bufferBytes);
            far = opened;
            near.connect(far.address());
            far.connect(near.address());
            complete = true;
        } finally {
            if (!complete) {
                near.close();
                if (opened != null) {
                    opened.close();
                }
            }
        }
    }

    /**
     * Returns the end that posts.
     *
     * @return the near end.
     */
    public Endpoint near() {
        return near;
    }

    /**
     * Returns the end whose memory is read and written.
     *
     * @return the far end.
     */
    public Endpoint far() {
        return far;
    }

    /** Confines the queues of both ends to the calling thread. */
    public void confine() {
        near.confine();
        far.confine();
    }

    /** Closes both ends. */
    @Override
    public void close() {
        try (near; far) {
            // Closes both, even if one cannot be closed.
        }
    }
}
