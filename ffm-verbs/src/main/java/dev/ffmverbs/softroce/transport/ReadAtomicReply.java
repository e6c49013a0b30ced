// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.wire.PacketSequenceNumber;

/**
 * A READ, atomic, FLUSH or ATOMIC WRITE that a responder has executed, kept so that it can be answered, and answered
 * again.
 *
 * <p>A repeated atomic is answered with the value kept here. A repeated READ is executed again, on the current memory.
 */
final class ReadAtomicReply {

    private int firstPsn;
    private int packets;
    private int messageSequenceNumber;
    private boolean used;
    private boolean atomic;
    private boolean answeredOnce;
    private boolean repeated;

    private long address;
    private long lengthBytes;
    private int rkey;
    private long originalValue;

    private int streamStart;
    private int streamNext;
    private int streamEnd;
    private long streamEndBytes;

    void read(
        final int psn, final int packetCount, final int msn, final long remoteAddress, final long bytes,
        final int key) {
        begin(psn, packetCount, msn, false);
        address = remoteAddress;
        lengthBytes = bytes;
        rkey = key;
        stream(0, bytes, packetCount);
    }

    /** Describes the reply to a FLUSH or an ATOMIC WRITE: that of a READ of no bytes, which is not executed again. */
    void empty(final int psn, final int msn) {
        read(psn, 1, msn, 0, 0, 0);
    }

    void atomic(final int psn, final int msn, final long original) {
        begin(psn, 1, msn, true);
        originalValue = original;
    }

    private void begin(final int psn, final int packetCount, final int msn, final boolean isAtomic) {
        firstPsn = psn;
        packets = packetCount;
        messageSequenceNumber = msn;
        used = true;
        atomic = isAtomic;
        answeredOnce = false;
        repeated = false;
    }

    void forget() {
        used = false;
    }

    /** Returns whether this is the reply to the packet with this sequence number. */
    boolean covers(final int psn) {
        return used && (psn - firstPsn & PacketSequenceNumber.MASK) < packets;
    }

    /**
     * Prepares to answer the rest of a READ again.
     *
     * @return false if the request differs from the one executed.
     */
    boolean repeatRead(final int psn, final long remoteAddress, final long bytes, final int key, final int mtu) {
        final int index = psn - firstPsn & PacketSequenceNumber.MASK;
        final long offset = (long) index * mtu;
        if (atomic || key != rkey || remoteAddress != address + offset || bytes > lengthBytes - offset) {
            return false;
        }
        repeated = true;
        stream(index, offset + bytes, index + (int) Math.max(1, (bytes + mtu - 1) / mtu));
        return true;
    }

    /** Prepares to answer a FLUSH or an ATOMIC WRITE again. Returns false if the request executed was another. */
    boolean repeatEmpty() {
        if (atomic || lengthBytes != 0) {
            return false;
        }
        repeated = true;
        stream(0, 0, 1);
        return true;
    }

    private void stream(final int start, final long endBytes, final int end) {
        streamStart = start;
        streamNext = start;
        streamEnd = end;
        streamEndBytes = endBytes;
    }

    boolean isUsed() {
        return used;
    }

    boolean isAtomic() {
        return atomic;
    }

    /** Returns whether the whole response has been sent at least once. */
    boolean isAnsweredOnce() {
        return answeredOnce;
    }

    /** Returns whether packets of the response may be sent for the second time. */
    boolean isRepeated() {
        return repeated;
    }

    void markAnswered() {
        answeredOnce = true;
    }

    int firstPsn() {
        return firstPsn;
    }

    /** Returns the first sequence number after those of the response. */
    int endPsn() {
        return PacketSequenceNumber.plus(firstPsn, packets);
    }

    int messageSequenceNumber() {
        return messageSequenceNumber;
    }

    long originalValue() {
        return originalValue;
    }

    int rkey() {
        return rkey;
    }

    /** Returns the sequence number of the next packet of a READ response. */
    int nextPsn() {
        return PacketSequenceNumber.plus(firstPsn, streamNext);
    }

    boolean isFirstOfStream() {
        return streamNext == streamStart;
    }

    boolean isLastOfStream() {
        return streamNext + 1 == streamEnd;
    }

    long nextAddress(final int mtu) {
        return address + (long) streamNext * mtu;
    }

    int nextBytes(final int mtu) {
        return (int) Math.min(mtu, streamEndBytes - (long) streamNext * mtu);
    }

    /** Records that a packet of a READ response was sent. Returns true if it was the last one. */
    boolean advance() {
        streamNext++;
        return streamNext == streamEnd;
    }
}
