// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.wire.PacketSequenceNumber;
import dev.ffmverbs.softroce.wire.UdpPath;

/**
 * Attributes that make a connection ready to receive.
 *
 * @param path                 addresses of both sides.
 * @param pathMtuBytes         payload bytes per packet: 256, 512, 1024, 2048 or 4096. Must be the same on both sides.
 * @param destinationQueuePair number of the peer's queue pair, 24 bits.
 * @param firstPsn             {@code rq_psn}: sequence number the peer starts with, 24 bits.
 * @param maxReadAtomic        {@code max_dest_rd_atomic}: number of READs and atomics that the peer may have
 *                             outstanding, 0 to 128. Rounded up to a power of two, as rxe rounds the value it sends.
 * @param minRnrTimer          {@code min_rnr_timer}: code of the delay that an RNR NAK requests, 0 to 31.
 */
public record ReceiveAttributes(
    UdpPath path, int pathMtuBytes, int destinationQueuePair, int firstPsn, int maxReadAtomic, int minRnrTimer) {

    private static final int MAX_READ_ATOMIC = 128;
    private static final int MAX_TIMER_CODE = 31;

    /**
     * Checks the attributes.
     *
     * @throws IllegalArgumentException if one of them is out of range.
     */
    public ReceiveAttributes {
        if (pathMtuBytes < 256 || pathMtuBytes > 4096 || Integer.bitCount(pathMtuBytes) != 1) {
            throw new IllegalArgumentException(
                "path MTU " + pathMtuBytes + " is none of 256, 512, 1024, 2048, 4096 bytes");
        }
        if ((firstPsn & ~PacketSequenceNumber.MASK) != 0 || (destinationQueuePair & ~0xFF_FFFF) != 0) {
            throw new IllegalArgumentException("rq_psn=0x" + Integer.toHexString(firstPsn) + " dest_qp_num=0x"
                + Integer.toHexString(destinationQueuePair) + ": both have 24 bits");
        }
        if (maxReadAtomic < 0 || maxReadAtomic > MAX_READ_ATOMIC || minRnrTimer < 0 || minRnrTimer > MAX_TIMER_CODE) {
            throw new IllegalArgumentException("max_dest_rd_atomic=" + maxReadAtomic + " (0 to " + MAX_READ_ATOMIC
                + "), min_rnr_timer=" + minRnrTimer + " (0 to " + MAX_TIMER_CODE + ")");
        }
    }
}
