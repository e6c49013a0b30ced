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
 * <p>An entry is acknowledged while this node and the present partner hold it. When no port leads to the partner,
 * nothing is acknowledged, and the log is {@link MirrorState#ALONE}: entries are appended here only. When the partner
 * is back, the log is {@link MirrorState#CATCHING_UP} and gives it what it lacks, while appending goes on. Only the
 * first meeting must come before the first entry, since the copy may hold what this node had appended before it was
 * killed.
 *
 * <p>Thread-safe, with one lock for everything that appends, polls or brings the partner up to date. Appending and
 * polling allocate nothing.
 */
public final class MirroredLog implements ClusterClient {

    private static final int LARGEST_PAYLOAD_BYTES = 1 << 20;

    /** Entries that an append sends while the partner lacks some: more than one, so that the backlog shrinks. */
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
     * Says who is told when the log's {@link #state} changes. Changes are told in order, on a thread that holds no lock
     * of the log; what the listener throws is logged.
     *
     * @param listener gets each new state; it replaces the listener before.
     */
    public void listenToState(final Consumer<? super MirrorState> listener) {
        news.listen(Objects.requireNonNull(listener, "listener"));
    }

    /**
     * How many nodes hold this log at present.
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
     * Appends an entry here, and begins to WRITE it to the partner if there is one.
     *
     * <p>Waits while 64 WRITEs are outstanding (fewer when entries are longer than 64 KiB); while the partner's copy is
     * brought up to date, for a millisecond at most.
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
     * Looks which entries this node and the present partner hold by now.
     *
     * @return the sequence number of the last entry acknowledged; 0 when there is none, and while no port leads to the
     *     partner.
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
     * @param limit    how long to wait at most; zero or less looks once.
     * @return whether they hold it; false as well when the thread is interrupted, whose interrupt status stays set.
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

    /** Waits for a change while no port leads to the partner; returns false at once when one does. */
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
     * Waits until this log has met its partner, and has the entries that the partner holds of it.
     *
     * @param limit how long to wait at most.
     * @return whether entries may be appended.
     * @throws InterruptedException when the thread is interrupted.
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
     * The last entry of this log.
     *
     * @return its sequence number; 0 when the log is empty.
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

    /** Brings the partner up to date over new ports, on the client's thread; appending goes on all the while. */
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
