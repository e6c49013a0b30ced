// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.jucx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.openucx.jucx.ucp.UcpContext;
import org.openucx.jucx.ucp.UcpEndpoint;
import org.openucx.jucx.ucp.UcpEndpointParams;
import org.openucx.jucx.ucp.UcpMemory;
import org.openucx.jucx.ucp.UcpParams;
import org.openucx.jucx.ucp.UcpRemoteKey;
import org.openucx.jucx.ucp.UcpWorker;
import org.openucx.jucx.ucp.UcpWorkerParams;

/**
 * One end of a connection by jucx: a context, a worker, a registered buffer, and an endpoint to the peer.
 *
 * <p>An operation begins when it is posted, and completes while {@link #progress} runs, or at once. Not thread-safe.
 */
public final class JucxEnd implements AutoCloseable {

    private static final long TAG = 1;
    private static final long WHOLE_TAG = -1;
    private static final String PORT = ":1";

    private final UcpContext context;
    private final UcpWorker worker;
    private final ByteBuffer buffer;
    private final UcpMemory memory;
    private final long bufferAddress;
    private UcpEndpoint endpoint;
    private UcpRemoteKey key;
    private long peerAddress;

    /**
     * Opens an end.
     *
     * @param transport   what carries the operations.
     * @param deviceName  name of the RDMA device; ignored by transports that need none.
     * @param bufferBytes length of the buffer.
     * @param sleeps      whether {@link #sleep} will be called.
     */
    public JucxEnd(
        final JucxTransport transport, final String deviceName, final int bufferBytes, final boolean sleeps) {
        final UcpParams features = new UcpParams().requestRmaFeature().requestTagFeature()
            .setConfig("TLS", transport.ucxNames());
        final UcpWorkerParams wakeups = new UcpWorkerParams();
        if (transport.needsDevice()) {
            features.setConfig("NET_DEVICES", deviceName + PORT);
        }
        if (sleeps) {
            features.requestWakeupFeature();
            wakeups.requestWakeupRMA().requestWakeupTagSend().requestWakeupTagRecv();
        }
        context = new UcpContext(features);
        worker = context.newWorker(wakeups);
        buffer = ByteBuffer.allocateDirect(bufferBytes).order(ByteOrder.nativeOrder());
        memory = context.registerMemory(buffer);
        bufferAddress = memory.getAddress();
    }

    /**
     * Returns what the peer has to know.
     *
     * @return the address of this end.
     */
    public JucxAddress address() {
        return new JucxAddress(worker.getAddress(), memory.getRemoteKeyBuffer(), bufferAddress);
    }

    /**
     * Creates the endpoint. UCX connects it while operations make progress at both ends.
     *
     * @param peer the peer's address.
     */
    public void connect(final JucxAddress peer) {
        endpoint = worker.newEndpoint(new UcpEndpointParams().setUcpAddress(peer.worker()));
        key = endpoint.unpackRemoteKey(peer.key());
        peerAddress = peer.bufferAddress();
    }

    /**
     * Reads from the peer's buffer into the same place of this one.
     *
     * @param offsetBytes place in both buffers.
     * @param lengthBytes number of bytes.
     * @param counter     counts it when it is complete.
     */
    public void get(final long offsetBytes, final long lengthBytes, final JucxCounter counter) {
        endpoint.getNonBlocking(
            peerAddress + offsetBytes, key, bufferAddress + offsetBytes, lengthBytes, counter.callback());
    }

    /**
     * Writes to the peer's buffer from the same place of this one. It completes when this buffer may be changed; only
     * {@link #flush} tells that the peer's memory has the bytes.
     *
     * @param offsetBytes place in both buffers.
     * @param lengthBytes number of bytes.
     */
    public void put(final long offsetBytes, final long lengthBytes) {
        endpoint.putNonBlocking(bufferAddress + offsetBytes, lengthBytes, peerAddress + offsetBytes, key, null);
    }

    /**
     * Begins a flush, which completes when everything that was posted before is in the peer's memory.
     *
     * @param counter counts it when it is complete.
     */
    public void flush(final JucxCounter counter) {
        endpoint.flushNonBlocking(counter.callback());
    }

    /**
     * Sends the beginning of the buffer as a message.
     *
     * @param lengthBytes number of bytes.
     * @param counter     counts it when the buffer may be changed.
     */
    public void send(final long lengthBytes, final JucxCounter counter) {
        endpoint.sendTaggedNonBlocking(bufferAddress, lengthBytes, TAG, counter.callback());
    }

    /**
     * Receives a message at the beginning of the buffer.
     *
     * @param lengthBytes highest number of bytes.
     * @param counter     counts it when it is there.
     */
    public void receive(final long lengthBytes, final JucxCounter counter) {
        worker.recvTaggedNonBlocking(bufferAddress, lengthBytes, TAG, WHOLE_TAG, counter.callback());
    }

    /**
     * Does what can be done now, for this end's operations and for those of its peer.
     *
     * @return 0 if there was nothing to do.
     */
    public int progress() {
        try {
            return worker.progress();
        } catch (final RuntimeException e) {
            throw e;
        } catch (final Exception e) {
            throw new IllegalStateException("ucp_worker_progress failed", e);
        }
    }

    /** Sleeps until there is something to do. */
    public void sleep() {
        worker.waitForEvents();
    }

    /** Reads a number of the buffer. */
    long getLong(final int offsetBytes) {
        return buffer.getLong(offsetBytes);
    }

    /** Writes a number to the buffer. */
    void putLong(final int offsetBytes, final long value) {
        buffer.putLong(offsetBytes, value);
    }

    /** Closes everything. The worker closes the endpoint, which by itself would wait until the peer makes progress. */
    @Override
    public void close() {
        if (key != null) {
            key.close();
        }
        worker.close();
        memory.close();
        context.close();
    }
}
