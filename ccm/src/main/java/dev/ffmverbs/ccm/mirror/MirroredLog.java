// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import dev.ffmverbs.ccm.ClientRequirements;
import dev.ffmverbs.ccm.ClientSession;
import dev.ffmverbs.ccm.ClusterClient;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A log in this node's memory with a copy at one partner, written by RDMA WRITE and read back by RDMA READ.
 *
 * <p>Both nodes register a log of the same name and size. Each node may append to its log; the partner holds the copy.
 * <pre>{@code
 * MirroredLog log = new MirroredLog("orders", 64 << 20, 4096);
 * node.register(log);
 * log.awaitReady(Duration.ofSeconds(30));    // has met its partner and recovered what the partner holds
 * long sequence = log.append(payload, 0, length);
 * boolean safe = log.awaitAcknowledged(sequence, Duration.ofSeconds(1));
 * }</pre>
 *
 * <p>An entry is acknowledged while this node and the present partner hold it. While no port leads to the partner,
 * nothing is acknowledged and the log is {@link MirrorState#ALONE}: entries are appended here only. When the partner is
 * back, the log is {@link MirrorState#CATCHING_UP} and sends what the partner lacks, while appending continues. Only
 * the first meeting must precede the first entry, because the copy may hold what this node appended before it was
 * killed.
 *
 * <p>Thread-safe: one lock guards appending, polling and bringing the partner up to date. Appending and polling
 * allocate nothing.
 */
public final class MirroredLog implements ClusterClient {

    private static final int LARGEST_PAYLOAD_BYTES = 1 << 20;

    /** Entries that an append sends while the partner lacks some. More than one, so that the backlog shrinks. */
    private static final int ENTRIES_PER_APPEND = 2;

    /** The longest wait of an append for a WRITE to complete while the partner lacks entries. */
    private static final long CATCHING_UP_WAIT_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final ClientRequirements requirements;
    private final int maximumPayloadBytes;
    private final MemorySegment memory;
    private final EntryFormat format;
    private final LogEntries written;
    private final MirrorStateNews news;
    private final CopyKeeper copyKeeper;
    private final CopyRestorer copyRestorer;
    private final Object lock = new Object();

    private volatile MemorySegment partnersCopy;

    /**
     * Creates an empty log.
     *
     * @param name                its name, which is also the name of its counterpart at the partner.
     * @param capacityBytes       its length, {@code maximumPayloadBytes} and 16 to 2 GiB - 1; an entry takes 16 bytes
     *                            and its payload, rounded up to 8.
     * @param maximumPayloadBytes longest payload of an entry, 1 byte to 1 MiB.
     * @throws IllegalArgumentException if the name is malformed or a length is out of range.
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
        this.requirements =
            new ClientRequirements(name, 1, CopyHeader.LENGTH_BYTES + (long) capacityBytes, MirrorPort.DEPTH);
        this.maximumPayloadBytes = maximumPayloadBytes;
        this.memory = Arena.ofAuto().allocate(capacityBytes, Long.BYTES);
        this.format = new EntryFormat(memory);
        this.written = new LogEntries(memory);
        this.news = new MirrorStateNews(this);
        this.copyKeeper = new CopyKeeper(this, memory, written, news, lock);
        this.copyRestorer = new CopyRestorer(this, memory, written, maximumPayloadBytes, copyKeeper, lock);
    }

    @Override
    public ClientRequirements requirements() {
        return requirements;
    }

    /**
     * Sets the listener that is notified when the log's {@link #state} changes. It is notified of changes in order, on
     * a thread that holds no lock of the log. What it throws is logged.
     *
     * @param listener receives each new state; replaces the previous listener.
     */
    public void listenToState(final Consumer<? super MirrorState> listener) {
        news.listen(Objects.requireNonNull(listener, "listener"));
    }

    /**
     * Returns how many nodes hold this log at present.
     *
     * @return the state.
     */
    public MirrorState state() {
        synchronized (lock) {
            copyKeeper.check();
            return copyKeeper.state();
        }
    }

    /**
     * Appends an entry to this log, and begins to WRITE it to the partner if there is one.
     *
     * <p>Waits while 64 WRITEs are outstanding (fewer if entries are longer than 64 KiB). While the partner's copy is
     * brought up to date, it waits for a millisecond at most.
     *
     * @param payload       memory that holds the payload.
     * @param payloadOffset offset of its first byte there.
     * @param payloadBytes  its length.
     * @return the entry's sequence number, from 1.
     * @throws IllegalArgumentException  if the payload exceeds the maximum length.
     * @throws IndexOutOfBoundsException if the payload is not within the memory.
     * @throws IllegalStateException     if the log is full or has never met its partner.
     */
    public long append(final MemorySegment payload, final long payloadOffset, final int payloadBytes) {
        synchronized (lock) {
            requireAppendable(payload, payloadOffset, payloadBytes);
            final long sequence = written.sequence() + 1;
            format.write(written.endOffset(), sequence, payload, payloadOffset, payloadBytes);
            written.nextRecord();
            switch (copyKeeper.state()) {
                case MIRRORED -> copyKeeper.send(Integer.MAX_VALUE, Long.MAX_VALUE);
                case CATCHING_UP -> copyKeeper.send(ENTRIES_PER_APPEND, CATCHING_UP_WAIT_NS);
                case ALONE -> { }
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
        if (!copyRestorer.isReady()) {
            throw new IllegalStateException(this + " has not met its partner yet, whose copy may hold entries that come"
                + " before; call awaitReady() first");
        }
        if (written.endOffset() + EntryFormat.entryBytes(payloadBytes) > memory.byteSize()) {
            throw new IllegalStateException(this + " is full: entry " + (written.sequence() + 1) + " with "
                + payloadBytes + " bytes does not fit behind offset " + written.endOffset());
        }
    }

    /**
     * Polls for completions and returns the last entry that both this node and the present partner hold.
     *
     * @return the sequence number of the last entry acknowledged; 0 if there is none or no port leads to the partner.
     */
    public long poll() {
        synchronized (lock) {
            if (copyKeeper.isOpen()) {
                copyKeeper.send(CopyKeeper.BATCH, 0);
            }
            return copyKeeper.acknowledgedSequence();
        }
    }

    /**
     * Waits until this node and the present partner hold an entry.
     *
     * @param sequence the entry's sequence number.
     * @param limit    longest time to wait; zero or less polls once.
     * @return whether they hold it; also false if the thread is interrupted, and its interrupt status remains set.
     */
    @SuppressWarnings("ThreadPriorityCheck") // Nothing wakes it while the port does not wait: others run first.
    public boolean awaitAcknowledged(final long sequence, final Duration limit) {
        final long limitNs = Math.max(0, TimeUnit.NANOSECONDS.convert(limit));
        final long startNs = System.nanoTime();
        int looks = 0;
        while (poll() < sequence) {
            final long leftNs = limitNs - (System.nanoTime() - startNs);
            if (leftNs <= 0 || Thread.currentThread().isInterrupted()) {
                return false;
            }
            if (looks < MirrorPort.LOOKS_BEFORE_YIELDING || !awaitPort(leftNs)) {
                looks = MirrorPort.pause(looks);
            }
        }
        return true;
    }

    /** Waits for a change while no port leads to the partner. Returns false immediately if one does. */
    private boolean awaitPort(final long leftNs) {
        synchronized (lock) {
            if (copyKeeper.isOpen()) {
                return false;
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(lock, leftNs);
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return true;
        }
    }

    /**
     * Waits until this log has met its partner and recovered the entries that the partner holds.
     *
     * @param limit longest time to wait.
     * @return whether entries may be appended.
     * @throws InterruptedException if the thread is interrupted while it waits.
     */
    public boolean awaitReady(final Duration limit) throws InterruptedException {
        final long limitNs = Math.max(0, TimeUnit.NANOSECONDS.convert(limit));
        final long startNs = System.nanoTime();
        synchronized (lock) {
            long leftNs = limitNs;
            while (!copyRestorer.isReady() && leftNs > 0) {
                TimeUnit.NANOSECONDS.timedWait(lock, leftNs);
                leftNs = limitNs - (System.nanoTime() - startNs);
            }
            return copyRestorer.isReady();
        }
    }

    /**
     * Returns the number of this log's last entry.
     *
     * @return its sequence number; 0 if the log is empty.
     */
    public long lastSequence() {
        synchronized (lock) {
            return written.sequence();
        }
    }

    /**
     * Returns the entries of this log.
     *
     * @return a position before the first.
     */
    public LogEntries entries() {
        return new LogEntries(memory);
    }

    /**
     * Returns the entries of the partner's log of which this node holds a copy. They remain when the partner is gone.
     *
     * @return a position before its first entry; empty before the first session.
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

    @Override
    public void portsClosed(final ClientSession ended) {
        end();
    }

    @Override
    public void partnerDown(final ClientSession ended) {
        end();
    }

    @Override
    public void partnerRestarted(final ClientSession ended) {
        end();
    }

    @Override
    public void partnerLeft(final ClientSession ended) {
        end();
    }

    @Override
    public void sessionDropped(final ClientSession ended) {
        end();
    }

    private void end() {
        synchronized (lock) {
            copyKeeper.close();
        }
    }

    /** Brings the partner up to date over new ports, on the client's thread, while appending continues. */
    private void begin(final ClientSession session) {
        partnersCopy = session.memory().asSlice(CopyHeader.LENGTH_BYTES);
        end();
        copyRestorer.restore(session);
    }

    @Override
    public String toString() {
        return "log " + requirements.name();
    }
}
