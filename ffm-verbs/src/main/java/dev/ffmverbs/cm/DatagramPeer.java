// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.AddressVector;
import dev.ffmverbs.QueuePairAttributes;
import dev.ffmverbs.spi.DatagramTargetData;
import dev.ffmverbs.spi.layout.AddressAttributesLayout;
import dev.ffmverbs.spi.layout.QueuePairAttributesLayout;
import java.lang.foreign.MemorySegment;

/**
 * The queue pair of a peer, to which datagrams can be sent ({@code struct rdma_ud_param}). Immutable.
 *
 * <pre>{@code
 * AddressHandle handle = domain.createAddressHandle(peer.path());
 * queuePair.postSend(request.send().localMemory(...).to(handle, peer.queuePairNumber(), peer.queueKey()));
 * }</pre>
 *
 * @param path            the path to the peer.
 * @param queuePairNumber number of the peer's queue pair, 1 to 2^24-1.
 * @param queueKey        queue key of the peer's queue pair.
 * @param privateData     the private data of the peer's answer, up to 136 bytes, which the transport may have padded
 *                        with zeros.
 */
public record DatagramPeer(AddressVector path, int queuePairNumber, int queueKey, byte[] privateData) {

    /** Copies the private data. */
    public DatagramPeer {
        privateData = privateData.clone();
    }

    static DatagramPeer of(final DatagramTargetData target, final byte[] privateData) {
        final QueuePairAttributes attributes = new QueuePairAttributes();
        MemorySegment.copy(MemorySegment.ofArray(target.addressAttributes()), 0,
            QueuePairAttributesLayout.address(attributes.structure()), 0, AddressAttributesLayout.BYTES);
        return new DatagramPeer(
            attributes.addressVector(), target.queuePairNumber(), target.queueKey(), privateData);
    }

    /**
     * Returns the private data of the peer's answer.
     *
     * @return a copy.
     */
    @Override
    public byte[] privateData() {
        return privateData.clone();
    }

    @Override
    public String toString() {
        return String.format("DatagramPeer[path=%s, queuePairNumber=%d, queueKey=0x%08x, %d bytes of private data]",
            path, queuePairNumber, queueKey, privateData.length);
    }
}
