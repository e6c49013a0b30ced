// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.QueuePair;
import dev.ffmverbs.spi.AddressText;
import dev.ffmverbs.spi.ConnectionEventData;
import dev.ffmverbs.spi.ConnectionParameterData;
import dev.ffmverbs.spi.ProviderException;
import java.util.List;
import java.util.Objects;

/**
 * A peer's request for the queue pair of a service for datagrams ({@code RDMA_PS_UDP}). It must be accepted or rejected
 * once. Thread-safe.
 *
 * <p>The answer is not confirmed. If it is lost, the peer repeats its request, which then arrives as another one.
 */
public final class DatagramRequest extends IncomingRequest {

    /** Most private data that an acceptance or a rejection carries, in bytes (IBTA volume 1, SIDR_REP). */
    public static final int MAXIMUM_ANSWER_BYTES = 136;

    DatagramRequest(
        final EventDispatcher dispatcher, final ManagedDevices devices, final ConnectionEventData event) {
        super(dispatcher, devices, event);
    }

    /**
     * Accepts the request ({@code rdma_accept(3)}): tells the peer the number and key of a queue pair. Any number of
     * peers may be told the same queue pair. This side learns the peer's queue pair from the first datagram.
     *
     * <p>If this method refuses an argument, the request can still be answered. After any other failure, the request
     * is rejected.
     *
     * @param queuePair   queue pair for datagrams of a context of {@link #device()}, in state RESET, or INIT with its
     *                    first receives posted; it is taken to READY_TO_SEND with queue key
     *                    {@link Datagrams#QUEUE_KEY}. If it is in READY_TO_SEND, it must have that key.
     * @param privateData bytes for the peer, at most 136; the peer may see zeros after them.
     * @throws ConnectionException      {@code PEER_GAVE_UP} if the manager knows that the peer gave up, {@code FAILED}
     *                                  if the transport refuses.
     * @throws dev.ffmverbs.VerbsException if the queue pair cannot be made ready.
     * @throws IllegalArgumentException if the queue pair is of another device or another type than datagrams, or has
     *                                  another key, or there is too much private data.
     * @throws IllegalStateException    if the request was answered before, or the queue pair is closed or in another
     *                                  state.
     */
    public synchronized void accept(final QueuePair queuePair, final byte[] privateData) {
        Objects.requireNonNull(queuePair, "queuePair");
        if (Objects.requireNonNull(privateData, "privateData").length > MAXIMUM_ANSWER_BYTES) {
            throw new IllegalArgumentException("an acceptance carries at most " + MAXIMUM_ANSWER_BYTES
                + " bytes of private data, not " + privateData.length);
        }
        requireAnswerable();
        DatagramQueuePair.require(queuePair, List.of(deviceName()), devices().provider(), toString());
        leavePlace();
        try {
            DatagramQueuePair.makeReady(queuePair, identifier());
            identifier().accept(new ConnectionParameterData(
                queuePair.number(), privateData.clone(), 0, 0, 0, 0));
        } catch (final ProviderException e) {
            throw new ConnectionException("cannot accept " + this, e);
        } finally {
            finish();
        }
    }

    @Override
    int maximumRejectBytes() {
        return MAXIMUM_ANSWER_BYTES;
    }

    @Override
    public String toString() {
        return "DatagramRequest of " + AddressText.of(remoteAddress());
    }
}
