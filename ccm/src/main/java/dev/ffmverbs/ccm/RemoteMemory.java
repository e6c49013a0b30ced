// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

/**
 * Memory of a partner that a port reaches.
 *
 * @param address     address of its first byte, for use in requests.
 * @param rkey        remote key, for use in requests.
 * @param lengthBytes length.
 */
public record RemoteMemory(long address, int rkey, long lengthBytes) {

    /**
     * The address of a part of the memory.
     *
     * @param offsetBytes offset of the part.
     * @param partBytes   its length.
     * @return the address for an RDMA READ, WRITE or atomic request.
     * @throws IndexOutOfBoundsException when the part is not within the memory.
     */
    public long address(final long offsetBytes, final long partBytes) {
        if (offsetBytes < 0 || partBytes < 0 || offsetBytes > lengthBytes - partBytes) {
            throw new IndexOutOfBoundsException("offset " + offsetBytes + " and length " + partBytes
                + " are not within the partner's " + lengthBytes + " bytes");
        }
        return address + offsetBytes;
    }
}
