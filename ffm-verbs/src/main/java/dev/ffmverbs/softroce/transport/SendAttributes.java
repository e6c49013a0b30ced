// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.wire.PacketSequenceNumber;

/**
 * Attributes that make a connection ready to send.
 *
 * @param firstPsn      {@code sq_psn}: first sequence number, 24 bits. Random, so that it cannot be guessed.
 * @param timeout       transport timeout as a code from 1 to 31: 4.096 us times 2 to this power. 0 means no timeout.
 * @param retryCount    {@code retry_cnt}: retries after the first attempt without any progress in between. Verbs allow
 *                      0 to 7.
 * @param rnrRetryCount {@code rnr_retry}: retries while the peer has no receive, 0 to 6. 7 means no limit.
 * @param maxReadAtomic {@code max_rd_atomic}: READs and atomics that may be outstanding, 0 to 128. Must not exceed the
 *                      number that the peer accepts.
 */
public record SendAttributes(int firstPsn, int timeout, int retryCount, int rnrRetryCount, int maxReadAtomic) {

    /** Value of {@code rnr_retry} for retries without limit. */
    public static final int RNR_RETRY_FOREVER = 7;

    private static final int MAX_READ_ATOMIC = 128;
    private static final int MAX_TIMEOUT = 31;
    private static final long TIMEOUT_UNIT_NS = 4096;

    /**
     * Checks the attributes.
     *
     * @throws IllegalArgumentException if one of them is out of range.
     */
    public SendAttributes {
        if ((firstPsn & ~PacketSequenceNumber.MASK) != 0) {
            throw new IllegalArgumentException("sq_psn=0x" + Integer.toHexString(firstPsn) + " has more than 24 bits");
        }
        if (timeout < 0 || timeout > MAX_TIMEOUT || retryCount < 0 || rnrRetryCount < 0
            || rnrRetryCount > RNR_RETRY_FOREVER || maxReadAtomic < 0 || maxReadAtomic > MAX_READ_ATOMIC) {
            throw new IllegalArgumentException("timeout=" + timeout + " (0 to 31), retry_cnt=" + retryCount
                + " (not negative), rnr_retry=" + rnrRetryCount + " (0 to 7), max_rd_atomic=" + maxReadAtomic
                + " (0 to " + MAX_READ_ATOMIC + ")");
        }
    }

    /** Returns the transport timeout in nanoseconds, or 0 for none. */
    long timeoutNs(final long minimumNs) {
        return timeout == 0 ? 0 : Math.max(minimumNs, TIMEOUT_UNIT_NS << timeout);
    }
}
