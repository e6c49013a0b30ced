// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import dev.ffmverbs.VerbsException;
import dev.ffmverbs.ccm.ClientRequirements;
import dev.ffmverbs.ccm.ClientSession;
import dev.ffmverbs.ccm.ClusterClient;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Optional;

/**
 * A log in this node's memory that one partner has a copy of, written by RDMA WRITE and read back by RDMA READ.
 *
 * <p>Both nodes register one of the same name and size. Each may append to its own; the partner holds the copy.
 * <pre>{@code
 * MirroredLog log = new MirroredLog("orders", 64 << 20, 4096);
 * node.register(log);
 * log.awaitReady(Duration.ofSeconds(30));                      // has met its partner, and recovered what that holds
 * long sequence = log.append(payload, 0, length);
 * boolean safe = log.awaitAcknowledged(sequence, Duration.ofSeconds(1));
 * }</pre>
 *
 * <p>While there is no partner, entries are appended here alone, and not acknowledged; the partner gets what it lacks
 * as soon as it is there again. Only the first meeting must come before the first entry, since the copy may hold what
 * this node had appended before it was killed.
 *
 * <p>Thread-safe, with one lock for everything that appends, polls or brings the partner up to date. Appending and
 * polling allocate nothing.
 */
public final class MirroredLog implements ClusterClient {

    private static final Logger LOGGER = System.getLogger(MirroredLog.class.getName());
    private static final int LARGEST_PAYLOAD_BYTES = 1 << 20;
    private static final long CHUNK_BYTES = 1 << 18;

    private final ClientRequirements requirements;
    private final int maximumPayloadBytes;
    private final MemorySegment memory;
    private final EntryFormat format;
    private final LogEntries written;
    private final Object lock = new Object();

    private MirrorPort port;
    /** What the partner had when this port began, and what of the log is on its way since. */
    private long heldAtBegin;
    private LogEntries sent;
    private boolean ready;
    private long acknowledged;
    private volatile MemorySegment partnersCopy;

    /**
     * An empty log.
     *
     * @param name                what its counterpart at the partner is called, too.
     * @param capacityBytes       its length, {@code maximumPayloadBytes} and 16 to 2 GiB - 1; an entry takes 16 bytes
     *                            and its payload, rounded up to 8.
     * @param maximumPayloadBytes longest payload of an entry, 1 byte to 1 MiB.
     * @throws IllegalArgumentException when the name is malformed or a length out of range.
     */
    public MirroredLog(final String name, final int capacityBytes, final int maximumPayloadBytes) {
        if (maximumPayloadBytes < 1 || maximumPayloadBytes > LARGEST_PAYLOAD_BYTES) {
            throw new IllegalArgumentException("maximumPayloadBytes of log " + name + " is " + maximumPayloadBytes
                + "; it must be 1 to " + LARGEST_PAYLOAD_BYTES);
        }
        if (capacityBytes < EntryFormat.entryBytes(maximumPayloadBytes)) {
            throw new IllegalArgumentException("capacityBytes of log " + name + " is " + capacityBytes
                + "; one entry takes " + EntryFormat.entryBytes(maximumPayloadBytes));
        }
        this.requirements = new ClientRequirements(name, 1, capacityBytes, MirrorPort.DEPTH);
        this.maximumPayloadBytes = maximumPayloadBytes;
        this.memory = Arena.ofAuto().allocate(capacityBytes, Long.BYTES);
        this.format = new EntryFormat(memory);
        this.written = new LogEntries(memory);
    }

    @Override
    public ClientRequirements requirements() {
        return requirements;
    }

    /**
     * Appends an entry here, and begins to WRITE it to the partner if there is one. Waits only when 64 WRITEs are
     * outstanding.
     *
     * @param payload       memory that holds the payload.
     * @param payloadOffset offset of its first byte there.
     * @param payloadBytes  its length.
     * @return the entry's sequence number, from 1.
     * @throws IllegalArgumentException  when the payload is longer than the maximum.
     * @throws IndexOutOfBoundsException when it is not within the memory.
     * @throws IllegalStateException     when the log is full, or has never met its partner.
     */
    public long append(final MemorySegment payload, final long payloadOffset, final int payloadBytes) {
        synchronized (lock) {
            requireAppendable(payload, payloadOffset, payloadBytes);
            final long sequence = written.sequence() + 1;
            format.write(written.endOffset(), sequence, payload, payloadOffset, payloadBytes);
            written.next();
            if (port != null) {
                send();
            }
            return sequence;
        }
    }

    private void requireAppendable(final MemorySegment payload, final long payloadOffset, final int payloadBytes) {
        if (payloadBytes < 0 || payloadBytes > maximumPayloadBytes) {
            throw new IllegalArgumentException("the payload has " + payloadBytes + " bytes; entries of " + this
                + " have 0 to " + maximumPayloadBytes);
        }
        if (payloadOffset < 0 || payloadOffset > payload.byteSize() - payloadBytes) {
            throw new IndexOutOfBoundsException("offset " + payloadOffset + " and length " + payloadBytes
                + " are not within the payload's " + payload.byteSize() + " bytes");
        }
        if (!ready) {
            throw new IllegalStateException(this + " has not met its partner yet, whose copy may hold entries that come"
                + " before; call awaitReady() first");
        }
        if (written.endOffset() + EntryFormat.entryBytes(payloadBytes) > memory.byteSize()) {
            throw new IllegalStateException(this + " is full: entry " + (written.sequence() + 1) + " with "
                + payloadBytes + " bytes does not fit behind offset " + written.endOffset());
        }
    }

    /** Brings the partner as far as this node is; ends early when the port fails. */
    private void send() {
        try {
            while (port.isUsable() && sent.sequence() < written.sequence()) {
                if (port.hasRoom()) {
                    sent.next();
                    port.write(memory, sent.offset(), sent.endOffset() - sent.offset());
                } else if (!port.poll()) {
                    Thread.onSpinWait();
                }
            }
            takeCompletions();
        } catch (final VerbsException | IllegalStateException e) {
            lost(e);
        }
    }

    private void takeCompletions() {
        port.poll();
        final long held = heldAtBegin + port.completed();
        if (held > acknowledged) {
            acknowledged = held;
            lock.notifyAll();
        }
        if (!port.isUsable()) {
            lost(null);
        }
    }

    /** These ports are of no more use; the session ends, or gets new ones. */
    private void lost(final Exception cause) {
        LOGGER.log(Level.INFO, this + " has lost its port to " + port.session().partner().name()
            + "; what is appended from now on waits for a new one", cause);
        final ClientSession session = port.session();
        port = null;
        replace(session);
    }

    private static void replace(final ClientSession session) {
        if (session.isOpen()) {
            session.reconnect();
        }
    }

    /**
     * Looks which entries the partner has by now.
     *
     * @return the sequence number of the last entry acknowledged; 0 when there is none.
     */
    public long poll() {
        synchronized (lock) {
            if (port != null) {
                send();
            }
            return acknowledged;
        }
    }

    /**
     * Waits until the partner has an entry.
     *
     * @param sequence the entry's sequence number.
     * @param limit    how long to wait at most.
     * @return whether it has.
     */
    public boolean awaitAcknowledged(final long sequence, final Duration limit) {
        final long limitNs = limit.toNanos();
        final long startNs = System.nanoTime();
        while (poll() < sequence) {
            if (System.nanoTime() - startNs > limitNs) {
                return false;
            }
            Thread.onSpinWait();
        }
        return true;
    }

    /**
     * Waits until this log has met its partner, and has the entries that the partner holds of it.
     *
     * @param limit how long to wait at most.
     * @return whether entries may be appended.
     * @throws InterruptedException when the thread is interrupted.
     */
    public boolean awaitReady(final Duration limit) throws InterruptedException {
        final long endNs = System.nanoTime() + limit.toNanos();
        synchronized (lock) {
            long leftMs = limit.toMillis();
            while (!ready && leftMs > 0) {
                lock.wait(leftMs);
                leftMs = (endNs - System.nanoTime()) / 1_000_000;
            }
            return ready;
        }
    }

    /**
     * The last entry of this log.
     *
     * @return its sequence number, which is also how many there are; 0 when it is empty.
     */
    public long lastSequence() {
        synchronized (lock) {
            return written.sequence();
        }
    }

    /**
     * The entries of this log.
     *
     * @return a position before the first.
     */
    public LogEntries entries() {
        return new LogEntries(memory);
    }

    /**
     * The partner's log, as far as this node holds a copy of it; it stays when the partner is gone.
     *
     * @return a position before its first entry; empty while there was no session yet.
     */
    public Optional<LogEntries> partnersEntries() {
        return Optional.ofNullable(partnersCopy).map(LogEntries::new);
    }

    @Override
    public void partnerReady(final ClientSession session) {
        begin(session);
    }

    @Override
    public void pathChanged(final ClientSession session) {
        begin(session);
    }

    private void begin(final ClientSession session) {
        partnersCopy = session.memory();
        synchronized (lock) {
            port = null;
            try {
                final MirrorPort opened = new MirrorPort(session, EntryFormat.entryBytes(maximumPayloadBytes));
                final LogEntries held = compare(opened);
                if (held == null || !wipeTail(opened, held.endOffset())) {
                    replace(session);
                    return;
                }
                begun(opened, held);
            } catch (final VerbsException | IllegalStateException e) {
                LOGGER.log(Level.INFO, this + " could not bring " + session.partner().name() + " up to date", e);
            }
        }
    }

    /** Finds how far the partner's copy goes, and takes it over if this log is new; null when the port has failed. */
    private LogEntries compare(final MirrorPort opened) {
        final MemorySegment copy = ready ? Arena.ofAuto().allocate(memory.byteSize(), Long.BYTES) : memory;
        final LogEntries held = new LogEntries(copy);
        long readBytes = 0;
        long wantedBytes = EntryFormat.entryBytes(maximumPayloadBytes);
        while (readBytes < wantedBytes) {
            final long part = Math.min(Math.max(CHUNK_BYTES, wantedBytes - readBytes), memory.byteSize() - readBytes);
            if (!opened.read(copy, readBytes, part)) {
                return null;
            }
            readBytes += part;
            while (held.next()) {
                wantedBytes = Math.min(memory.byteSize(),
                    held.endOffset() + EntryFormat.entryBytes(maximumPayloadBytes));
            }
        }
        return ready ? commonPrefix(held.sequence(), copy) : held;
    }

    /** The entries that the partner has as this log has them. */
    private LogEntries commonPrefix(final long heldEntries, final MemorySegment copy) {
        final LogEntries common = new LogEntries(memory);
        final LogEntries candidate = new LogEntries(memory);
        while (candidate.sequence() < heldEntries && candidate.next() && MemorySegment.mismatch(memory,
            candidate.offset(), candidate.endOffset(), copy, candidate.offset(), candidate.endOffset()) < 0) {
            common.next();
        }
        return common;
    }

    /** What a killed node has written in part must not be taken for an entry behind those that follow. */
    private boolean wipeTail(final MirrorPort opened, final long endOffset) {
        final long length = Math.min(EntryFormat.entryBytes(maximumPayloadBytes), memory.byteSize() - endOffset);
        if (!ready) {
            memory.asSlice(endOffset, length).fill((byte) 0);
        }
        return length == 0 || opened.wipe(endOffset, length);
    }

    private void begun(final MirrorPort opened, final LogEntries held) {
        if (!ready) {
            while (written.sequence() < held.sequence()) {
                written.next();
            }
            ready = true;
        }
        sent = new LogEntries(memory);
        while (sent.sequence() < held.sequence()) {
            sent.next();
        }
        heldAtBegin = held.sequence() - opened.completed();
        acknowledged = Math.max(acknowledged, held.sequence());
        port = opened;
        lock.notifyAll();
        send();
    }

    @Override
    public String toString() {
        return "log " + requirements.name();
    }
}
