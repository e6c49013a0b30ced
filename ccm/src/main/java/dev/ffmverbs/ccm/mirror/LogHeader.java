// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.ThreadLocalRandom;
import java.util.zip.CRC32C;

/**
 * The bytes in front of a log or a copy. They say where its first remaining record is, and to which log it belongs.
 *
 * <p>The header also holds number and term of the last acknowledged entry that a copy may lack. The appending node
 * writes them before it brings an empty or short copy up to date, and zeros when the copy is complete again. A node
 * that restarts in between finds them and knows that the copy is incomplete. In the header of the log itself they are
 * those of the last record of the partner's log while that log takes the place of this one.
 *
 * <p>The header of a log that was begun without the partner has the term in which that was. The copy's header has it,
 * too, so that the partner knows it and so that it is recovered with the log.
 *
 * <p>There are two slots, which are written in turn. A slot that is only partly written has a wrong checksum, and the
 * other one is valid. Layout of a slot, little endian: CRC32C of what follows (4 bytes), version (4), number of the
 * update (8), and then for the record before the first remaining one: its number (8), term (8), end (8) and checksum
 * (4); unused (4); the number that the copy may lack (8), life of the log (8), identity of the log (8), the term of
 * what the copy may lack (8), number of the branch (8). A slot of version 4 also has the term in which the log was
 * begun without the partner (8); one of version 3 is that of a log that was not. Zeros mean a new log. Used by one
 * thread at a time; allocates nothing after construction.
 */
final class LogHeader {

    /** Two slots of two cache lines. Entries behind them are aligned. */
    static final int LENGTH_BYTES = 256;

    static final int SLOT_BYTES = 128;

    private static final int USED_BYTES = 88;
    private static final int USED_BYTES_UNMET = 96;
    private static final int VERSION = 3;
    private static final int VERSION_UNMET = 4;
    private static final long VERSION_OFFSET = 4;
    private static final long UPDATE_OFFSET = 8;
    private static final long SEQUENCE_OFFSET = 16;
    private static final long TERM_OFFSET = 24;
    private static final long END_OFFSET = 32;
    private static final long CHECKSUM_OFFSET = 40;
    private static final long LACKED_OFFSET = 48;
    private static final long LIFE_OFFSET = 56;
    private static final long IDENTITY_OFFSET = 64;
    private static final long LACKED_TERM_OFFSET = 72;
    private static final long BRANCH_OFFSET = 80;
    private static final long UNMET_TERM_OFFSET = 88;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment slot = MemorySegment.ofArray(new byte[SLOT_BYTES]);
    private final ByteBuffer bytes = slot.asByteBuffer();
    private final CRC32C crc = new CRC32C();
    private long update;
    private long sequence;
    private long term;
    private long endOffset;
    private int checksum;
    private long lackedUpTo;
    private long life;
    private long identity;
    private long lackedTerm;
    private long branch;
    private long unmetTerm;

    /** Returns the number of the last record that was removed; 0 if none was. */
    long sequence() {
        return sequence;
    }

    /** Returns the term of that record. */
    long term() {
        return term;
    }

    /** Returns the offset of the first remaining record. */
    long endOffset() {
        return endOffset;
    }

    /** Returns the checksum of the last record that was removed. */
    int checksum() {
        return checksum;
    }

    /** Returns the number of the last entry that the copy may lack; 0 if it is complete. */
    long lackedUpTo() {
        return lackedUpTo;
    }

    /** Returns the term of that entry. */
    long lackedTerm() {
        return lackedTerm;
    }

    /** Whether nothing is lacking. */
    boolean isWhole() {
        return lackedUpTo == 0;
    }

    /**
     * Returns how often this log was replaced by the partner's. Two headers of a log with the same number belong to the
     * same sequence of records.
     */
    long branch() {
        return branch;
    }

    /**
     * Returns the term in which this log was begun without the partner; 0 if it was not. Entries that were acknowledged
     * before may be lost, and the log does not say so until it has the beginning of that term or of a later one. From
     * then on, this number means nothing. So it need not be removed, and a process that is killed leaves no wrong one.
     */
    long unmetTerm() {
        return unmetTerm;
    }

    /** Returns how many processes have continued this log; 0 if nothing was ever appended to it. */
    long life() {
        return life;
    }

    /** Returns the identity of a log that begins. */
    static long newIdentity() {
        return ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
    }

    /** Returns a number that no other log has. */
    long identity() {
        return identity;
    }

    /** Sets the record after which this log begins. */
    void beginAfter(final LogCursor last) {
        sequence = last.sequence();
        term = last.term();
        endOffset = last.endOffset();
        checksum = last.checksum();
    }

    /** Sets the record that another header says this log begins after. */
    void beginAfter(final LogHeader other) {
        sequence = other.sequence;
        term = other.term;
        endOffset = other.endOffset;
        checksum = other.checksum;
    }

    void lackUpTo(final long newTerm, final long number) {
        lackedTerm = newTerm;
        lackedUpTo = number;
    }

    void lackNothing() {
        lackUpTo(0, 0);
    }

    void beginBranch() {
        branch++;
    }

    void beginWithoutPartner(final long newTerm) {
        unmetTerm = newTerm;
    }

    void live(final long newLife, final long newIdentity) {
        life = newLife;
        identity = newIdentity;
    }

    /** Takes over what another header says, except for what a copy may lack. */
    void follow(final LogHeader other) {
        beginAfter(other);
        life = other.life;
        identity = other.identity;
        branch = other.branch;
        unmetTerm = other.unmetTerm;
    }

    /** Reads the newer valid slot. If there is none, the header becomes that of a new log. */
    void read(final MemorySegment header) {
        update = 0;
        sequence = 0;
        term = 0;
        endOffset = 0;
        checksum = 0;
        lackedUpTo = 0;
        life = 0;
        identity = 0;
        lackedTerm = 0;
        branch = 0;
        unmetTerm = 0;
        readSlot(header, 0);
        readSlot(header, SLOT_BYTES);
    }

    private void readSlot(final MemorySegment header, final long offset) {
        // Copied before it is checked, because the appending node may change it.
        MemorySegment.copy(header, offset, slot, 0, SLOT_BYTES);
        final long number = slot.get(LONG, UPDATE_OFFSET);
        final int version = slot.get(INT, VERSION_OFFSET);
        if (version != VERSION && version != VERSION_UNMET || number <= update
            || slot.get(INT, 0) != checksumOfSlot(version)) {
            return;
        }
        update = number;
        sequence = slot.get(LONG, SEQUENCE_OFFSET);
        term = slot.get(LONG, TERM_OFFSET);
        endOffset = slot.get(LONG, END_OFFSET);
        checksum = slot.get(INT, CHECKSUM_OFFSET);
        lackedUpTo = slot.get(LONG, LACKED_OFFSET);
        life = slot.get(LONG, LIFE_OFFSET);
        identity = slot.get(LONG, IDENTITY_OFFSET);
        lackedTerm = slot.get(LONG, LACKED_TERM_OFFSET);
        branch = slot.get(LONG, BRANCH_OFFSET);
        unmetTerm = version == VERSION_UNMET ? slot.get(LONG, UNMET_TERM_OFFSET) : 0;
    }

    /** Whether two headers that were read from the same memory are the same. */
    boolean isSameUpdate(final LogHeader other) {
        return update == other.update;
    }

    /** Writes the next update into its slot of a header in memory. */
    void write(final MemorySegment header) {
        final long offset = encodeNext();
        MemorySegment.copy(slot, 0, header, offset, SLOT_BYTES);
    }

    /** Writes the next update to some memory, and returns the offset of its slot in the header. */
    long writeSlot(final MemorySegment target, final long targetOffset) {
        final long offset = encodeNext();
        MemorySegment.copy(slot, 0, target, targetOffset, SLOT_BYTES);
        return offset;
    }

    private long encodeNext() {
        update++;
        final int version = unmetTerm == 0 ? VERSION : VERSION_UNMET;
        slot.set(INT, VERSION_OFFSET, version);
        slot.set(LONG, UPDATE_OFFSET, update);
        slot.set(LONG, SEQUENCE_OFFSET, sequence);
        slot.set(LONG, TERM_OFFSET, term);
        slot.set(LONG, END_OFFSET, endOffset);
        slot.set(INT, CHECKSUM_OFFSET, checksum);
        slot.set(LONG, LACKED_OFFSET, lackedUpTo);
        slot.set(LONG, LIFE_OFFSET, life);
        slot.set(LONG, IDENTITY_OFFSET, identity);
        slot.set(LONG, LACKED_TERM_OFFSET, lackedTerm);
        slot.set(LONG, BRANCH_OFFSET, branch);
        slot.set(LONG, UNMET_TERM_OFFSET, unmetTerm);
        slot.set(INT, 0, checksumOfSlot(version));
        return (update & 1) * SLOT_BYTES;
    }

    private int checksumOfSlot(final int version) {
        final int usedBytes = version == VERSION ? USED_BYTES : USED_BYTES_UNMET;
        crc.reset();
        crc.update(bytes.clear().position((int) VERSION_OFFSET).limit(usedBytes));
        return (int) crc.getValue();
    }

    @Override
    public String toString() {
        return "LogHeader[after " + sequence + ", life " + life + ", identity " + Long.toHexString(identity) + "]";
    }
}
