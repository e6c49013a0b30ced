// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

/**
 * The operations on a peer's memory, of a {@link SendRequest} and of a {@link SendBatch}. Each takes the address and
 * key as numbers, or a {@link RemoteMemory} with a range that is checked against its length.
 *
 * <p>The range must be as long as the local buffers that the request names. The device transfers as many bytes as
 * those have.
 *
 * @param <R> what every method returns, the object itself.
 */
public sealed interface RemoteOperations<R> permits SendRequest, SendBatch {

    /**
     * Makes this an RDMA READ, which copies the peer's memory into the local buffers.
     *
     * @param remoteAddress address in the peer's region, which begins at its {@code iova}.
     * @param rkey          the peer's key.
     * @return this.
     */
    R read(long remoteAddress, int rkey);

    /**
     * Makes this an RDMA WRITE, which copies the local buffers into the peer's memory.
     *
     * @param remoteAddress address in the peer's region, which begins at its {@code iova}.
     * @param rkey          the peer's key.
     * @return this.
     */
    R write(long remoteAddress, int rkey);

    /**
     * Makes this an RDMA WRITE that also completes a receive at the peer.
     *
     * @param remoteAddress address in the peer's region, which begins at its {@code iova}.
     * @param rkey          the peer's key.
     * @param immediateData number that the peer's completion carries.
     * @return this.
     */
    R writeWithImmediate(long remoteAddress, int rkey, int immediateData);

    /**
     * Makes this an atomic fetch and add on eight bytes of the peer. The local buffer receives the former value.
     *
     * @param remoteAddress address in the peer's region, a multiple of 8.
     * @param rkey          the peer's key.
     * @param add           number to add.
     * @return this.
     */
    R fetchAndAdd(long remoteAddress, int rkey, long add);

    /**
     * Makes this an atomic compare and swap on eight bytes of the peer. The local buffer receives the former value.
     *
     * @param remoteAddress address in the peer's region, a multiple of 8.
     * @param rkey          the peer's key.
     * @param compare       value expected.
     * @param swap          value to store when the memory holds the expected value.
     * @return this.
     */
    R compareAndSwap(long remoteAddress, int rkey, long compare, long swap);

    /**
     * Makes this an RDMA READ of a part of the peer's memory.
     *
     * @param memory      the peer's memory.
     * @param offsetBytes offset in the memory.
     * @param lengthBytes length in bytes, that of the local buffers together.
     * @return this.
     * @throws IndexOutOfBoundsException when the range is not within the memory.
     */
    default R read(final RemoteMemory memory, final long offsetBytes, final long lengthBytes) {
        return read(memory.address(offsetBytes, lengthBytes), memory.rkey());
    }

    /**
     * Makes this an RDMA WRITE to a part of the peer's memory.
     *
     * @param memory      the peer's memory.
     * @param offsetBytes offset in the memory.
     * @param lengthBytes length in bytes, that of the local buffers or the inline data.
     * @return this.
     * @throws IndexOutOfBoundsException when the range is not within the memory.
     */
    default R write(final RemoteMemory memory, final long offsetBytes, final long lengthBytes) {
        return write(memory.address(offsetBytes, lengthBytes), memory.rkey());
    }

    /**
     * Makes this an RDMA WRITE to a part of the peer's memory that also completes a receive at the peer.
     *
     * @param memory        the peer's memory.
     * @param offsetBytes   offset in the memory.
     * @param lengthBytes   length in bytes, that of the local buffers or the inline data.
     * @param immediateData number that the peer's completion carries.
     * @return this.
     * @throws IndexOutOfBoundsException when the range is not within the memory.
     */
    default R writeWithImmediate(
        final RemoteMemory memory, final long offsetBytes, final long lengthBytes, final int immediateData) {
        return writeWithImmediate(memory.address(offsetBytes, lengthBytes), memory.rkey(), immediateData);
    }

    /**
     * Makes this an atomic fetch and add on eight bytes of the peer's memory.
     *
     * @param memory      the peer's memory.
     * @param offsetBytes offset in the memory of eight bytes whose address is a multiple of 8.
     * @param add         number to add.
     * @return this.
     * @throws IndexOutOfBoundsException when the eight bytes are not within the memory.
     */
    default R fetchAndAdd(final RemoteMemory memory, final long offsetBytes, final long add) {
        return fetchAndAdd(memory.address(offsetBytes, Long.BYTES), memory.rkey(), add);
    }

    /**
     * Makes this an atomic compare and swap on eight bytes of the peer's memory.
     *
     * @param memory      the peer's memory.
     * @param offsetBytes offset in the memory of eight bytes whose address is a multiple of 8.
     * @param compare     value expected.
     * @param swap        value to store when the memory holds the expected value.
     * @return this.
     * @throws IndexOutOfBoundsException when the eight bytes are not within the memory.
     */
    default R compareAndSwap(
        final RemoteMemory memory, final long offsetBytes, final long compare, final long swap) {
        return compareAndSwap(memory.address(offsetBytes, Long.BYTES), memory.rkey(), compare, swap);
    }
}
