// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.witness;

import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.VerbsException;
import dev.ffmverbs.WorkCompletionStatus;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.cm.Connection;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A connection of a node to the block of its pair: one operation at a time, each of one or two work requests.
 *
 * <p>Used by the thread that asks. Any thread may break it. The results of an operation are valid from its completion
 * to the next operation.
 */
final class VoiceConnection implements AutoCloseable {

    /** What a node has in its buffer: the block that it read, the result of a swap, and what it writes. */
    static final long BUFFER_BYTES = 256;

    private static final long FORMER_OFFSET = 64;
    private static final long RENEWALS_OFFSET = 72;
    private static final long NAMES_OFFSET = 128;

    /** What is done over the connection. */
    private enum Operation {
        READ, INTRODUCE, RENEW, SWAP
    }

    private final VoiceDevice device;
    private final QueuePair queuePair;
    private final Connection connection;
    private final PairGrant grant;
    private final PairNumber pair;
    private final MemoryRegion region;
    private final MemorySegment buffer;
    private final Runnable onBroken;

    private final SendRequest read;
    private final SendRequest write = SendRequest.allocate(1);
    private final SendRequest swap = SendRequest.allocate(1);

    private long firstId;
    private long lastId;
    private boolean busy;
    private boolean seenEmpty;
    private Operation operation = Operation.READ;
    private long expected;
    private final AtomicReference<Breakage> breakage = new AtomicReference<>();

    /**
     * Takes a connection that is established.
     *
     * @param device     the device of the node.
     * @param queuePair  its queue pair, which is closed with this object.
     * @param connection the connection, which is closed with this object.
     * @param grant      where the block is.
     * @param pair       the pair of the node.
     * @param region     buffer of {@link #BUFFER_BYTES}, which no other connection uses at the same time.
     * @param onBroken   called on any thread when this connection is given up.
     */
    VoiceConnection(
        final VoiceDevice device, final QueuePair queuePair, final Connection connection, final PairGrant grant,
        final PairNumber pair, final MemoryRegion region, final Runnable onBroken) {
        this.device = device;
        this.queuePair = queuePair;
        this.connection = connection;
        this.grant = grant;
        this.pair = pair;
        this.region = region;
        this.onBroken = onBroken;
        this.buffer = region.segment();
        this.read = SendRequest.allocate(1).read(grant.address(), grant.rkey())
            .localMemory(region, 0, BlockLayout.READ_BYTES);
    }

    /** Begins to READ the block. */
    void read() {
        begin(Operation.READ);
        post(read, true);
    }

    /** Begins to WRITE the names of the pair, and to swap the digest of the list of witnesses into an empty field. */
    void introduce(final PairNames names, final long voices) {
        begin(Operation.INTRODUCE);
        names.encode(buffer.asSlice(NAMES_OFFSET, PairNames.LENGTH_BYTES));
        post(write.write(grant.address() + BlockLayout.NAMES_OFFSET, grant.rkey())
            .localMemory(region, NAMES_OFFSET, PairNames.LENGTH_BYTES), false);
        post(swapAt(BlockLayout.VOICES_OFFSET, 0, voices), true);
    }

    /** Begins to WRITE a number of renewals, and to swap a word for itself. */
    void renew(final long renewals, final long word) {
        begin(Operation.RENEW);
        buffer.set(ValueLayout.JAVA_LONG, RENEWALS_OFFSET, renewals);
        post(write.write(grant.address() + BlockLayout.RENEWALS_OFFSET, grant.rkey())
            .localMemory(region, RENEWALS_OFFSET, Long.BYTES), false);
        post(swapAt(BlockLayout.WORD_OFFSET, word, word), true);
    }

    /** Begins to swap a word for another one. */
    void swap(final long present, final long next) {
        begin(Operation.SWAP);
        expected = present;
        post(swapAt(BlockLayout.WORD_OFFSET, present, next), true);
    }

    private SendRequest swapAt(final long offset, final long present, final long next) {
        return swap.compareAndSwap(grant.address() + offset, grant.rkey(), present, next)
            .localMemory(region, FORMER_OFFSET, Long.BYTES);
    }

    private void begin(final Operation begun) {
        busy = true;
        operation = begun;
        firstId = Long.MAX_VALUE;
    }

    private void post(final SendRequest request, final boolean last) {
        lastId = device.nextWorkRequestId();
        firstId = Math.min(firstId, lastId);
        try {
            if (queuePair.postSend(request.workRequestId(lastId).signal(last)) != 1) {
                breakBecause(Breakage.failure("its queue pair takes no work request"));
            }
        } catch (final VerbsException | IllegalStateException e) {
            breakBecause(Breakage.failure("nothing can be posted: " + e.getMessage()));
        }
    }

    /** Takes a completion, if it belongs to the present operation. */
    void complete(final long workRequestId, final WorkCompletionStatus status) {
        if (!busy || workRequestId < firstId || workRequestId > lastId) {
            return;
        }
        if (status != WorkCompletionStatus.SUCCESS) {
            breakBecause(Breakage.failure("an operation failed with " + status));
        }
        busy = workRequestId != lastId;
    }

    /** Whether an operation has not completed. */
    boolean isBusy() {
        return busy;
    }

    /** Whether the present or latest operation is a READ. */
    boolean isReading() {
        return operation == Operation.READ;
    }

    /** Whether the present or latest operation is to change the word. */
    boolean isSwapping() {
        return operation == Operation.SWAP;
    }

    /** Whether the latest operation has changed the word. */
    boolean hasSwapped() {
        return isSwapping() && formerValue() == expected;
    }

    /** Returns why the block that was read is not the one of the pair; null if it is. */
    String findFlaw() {
        if ((int) BlockLayout.MAGIC_NUMBER.get(buffer, 0L) != BlockLayout.MAGIC) {
            return "its memory does not hold a block of a witness";
        }
        final int version = (int) BlockLayout.LAYOUT_VERSION.get(buffer, 0L);
        if (version != BlockLayout.VERSION) {
            return "its block has version " + Integer.toUnsignedString(version) + ", this node has version "
                + BlockLayout.VERSION;
        }
        final PairNumber found = new PairNumber(
            (long) BlockLayout.PAIR_HIGH.get(buffer, 0L), (long) BlockLayout.PAIR_LOW.get(buffer, 0L));
        if (!found.equals(pair)) {
            return "its block belongs to another pair";
        }
        if (!grant.incarnation().matches((long) BlockLayout.INCARNATION_HIGH.get(buffer, 0L),
            (long) BlockLayout.INCARNATION_LOW.get(buffer, 0L))) {
            return "its block belongs to another incarnation of the witness";
        }
        return OwnershipBits.isWord(word()) ? null : "its block holds no word of an ownership but 0x"
            + Long.toHexString(word());
    }

    /** Notes whether the latest question for the word was answered over this connection, and that there was none. */
    void noteEmpty(final boolean empty) {
        seenEmpty = empty;
    }

    /** Whether the latest question for the word was answered over this connection, and there was none. */
    boolean isSeenEmpty() {
        return seenEmpty;
    }

    /** Returns the word that was read. */
    long word() {
        return (long) BlockLayout.WORD.get(buffer, 0L);
    }

    /** Returns the number of renewals that was read. */
    long renewals() {
        return (long) BlockLayout.RENEWALS.get(buffer, 0L);
    }

    /** Returns what a swap or a renewal has found. */
    long formerValue() {
        return buffer.get(ValueLayout.JAVA_LONG, FORMER_OFFSET);
    }

    /** Gives this connection up, unless that has happened already. */
    void breakBecause(final Breakage reason) {
        if (breakage.compareAndSet(null, reason)) {
            onBroken.run();
        }
    }

    boolean isBroken() {
        return breakage.get() != null;
    }

    /** Returns why this connection was given up; null if it was not. */
    Breakage breakage() {
        return breakage.get();
    }

    /** Returns the incarnation of the witness that has granted the connection. */
    BootId incarnation() {
        return grant.incarnation();
    }

    Connection connection() {
        return connection;
    }

    /** Ends the connection. On return nothing changes the buffer. */
    @Override
    public void close() {
        try (queuePair) {
            connection.close();
        }
    }
}
