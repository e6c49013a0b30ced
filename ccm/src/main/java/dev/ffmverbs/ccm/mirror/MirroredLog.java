// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import dev.ffmverbs.ccm.ClientRequirements;
import dev.ffmverbs.ccm.ClientSession;
import dev.ffmverbs.ccm.ClusterClient;
import dev.ffmverbs.ccm.Partner;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * A log in this node's memory with a copy at one partner, written by RDMA WRITE and read back by RDMA READ.
 *
 * <p>Both nodes register a log of the same name and size. Each node may append to its log; the partner holds the copy.
 * Among more than two nodes, each pair needs a log with another name: a log refuses ports with a second partner.
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
 * back, the log is {@link MirrorState#CATCHING_UP} and sends what the partner lacks, while appending continues. A log
 * that begins with empty memory must meet its partner before the first entry, because the copy may hold what this node
 * appended before it was killed.
 *
 * <p>The memory is a ring. A log that runs without end calls {@link #trim} with the number of the last entry that
 * is no longer needed.
 *
 * <p>Thread-safe: one lock guards appending, polling and catching up. Appending and polling allocate nothing.
 */
public final class MirroredLog implements ClusterClient, AutoCloseable {

    private static final System.Logger LOGGER = System.getLogger(MirroredLog.class.getName());

    private final ClientRequirements requirements;
    private final LogFile file;
    private final MemorySegment memory;
    private final CopyMemory copyMemory;
    private final LogParts parts;
    private final Object lock = new Object();
    private final Object trimming = new Object();

    private volatile ClientSession session;

    /**
     * Creates an empty log whose memory ends with this process.
     *
     * @param name                its name, which is also the name of its counterpart at the partner.
     * @param capacityBytes       its length, at most 2 GiB - 1; an entry takes 24 bytes and its payload, rounded up to
     *                            8. At least two of the longest entries must fit.
     * @param maximumPayloadBytes longest payload of an entry, 1 byte to 1 MiB.
     * @throws IllegalArgumentException if the name is malformed or a length is out of range.
     */
    public MirroredLog(final String name, final int capacityBytes, final int maximumPayloadBytes) {
        this(LogFileLabel.of(name, capacityBytes, maximumPayloadBytes), null);
    }

    /**
     * Opens a log whose memory, and the copy of the partner's log, are a file of a memory file system. A process that
     * was killed finds there what it had, and only what it lacks is exchanged with the partner. Only a log in a new
     * file must meet its partner before the first entry.
     *
     * @param name                its name, which is also the name of its counterpart at the partner.
     * @param capacityBytes       as for a log without a file, and the same whenever the file is opened.
     * @param maximumPayloadBytes likewise.
     * @param file                the file, which is created if it does not exist; it takes twice the capacity. It
     *                            belongs to one node and one partner, whose name it keeps, and must not be copied.
     * @throws IllegalArgumentException if the name is malformed, a length is out of range, the file is on a disk, or it
     *                                  is truncated, of another log or of a later version. The message says what to do.
     * @throws IllegalStateException    if the file is open already, in this process or another one.
     * @throws IOException              if the file cannot be created, mapped or read.
     */
    public MirroredLog(
        final String name, final int capacityBytes, final int maximumPayloadBytes, final Path file) throws IOException {
        this(LogFileLabel.of(name, capacityBytes, maximumPayloadBytes),
            LogFile.open(file, LogFileLabel.of(name, capacityBytes, maximumPayloadBytes)));
    }

    private MirroredLog(final LogFileLabel label, final LogFile file) {
        this.requirements = label.requirements();
        this.file = file;
        this.memory = file == null ? Arena.ofAuto().allocate(label.regionBytes(), Long.BYTES) : file.log();
        this.copyMemory = new CopyMemory(toString(), file, label.regionBytes());
        this.parts = LogParts.of(
            toString(), new LocalLog(label.name(), memory, label.maximumPayloadBytes()), LOGGER, lock);
        parts.copyRestorer().restoreFromMemory(copyMemory.present());
    }

    @Override
    public ClientRequirements requirements() {
        return requirements;
    }

    @Override
    public void admit(final Partner partner) {
        memoryFor(partner);
    }

    @Override
    public Optional<MemorySegment> memoryFor(final Partner partner) {
        synchronized (lock) {
            return Optional.of(copyMemory.of(partner, parts.term().isRequired()));
        }
    }

    /**
     * Makes this log and the partner's one log, to which their owner appends. Both nodes call this. From then on, the
     * log appends only while this node holds a term of ownership and after {@link #continueInTerm} in that term.
     * Entries carry the term, and are acknowledged only while the term is held. Until this is called, the log appends
     * at any time, with term 0, and is independent of the partner's. Call this before the log is registered: from then
     * on, it refuses all partners but the first whose log it holds a copy of.
     *
     * @param heldTerm returns the term that this node holds at the moment of the call; 0 if it holds none. It is called
     *                 for each append and each poll, under the log's lock, must not wait and must not allocate.
     * @throws IllegalStateException if the log holds the copies of the logs of two partners.
     */
    public void requireTerm(final LongSupplier heldTerm) {
        Objects.requireNonNull(heldTerm, "heldTerm");
        synchronized (lock) {
            copyMemory.requireOnePartner();
            parts.waits().requireTerm(heldTerm);
        }
    }

    /**
     * Continues the log in a term that this node has won. When this returns, this log has every entry that was ever
     * acknowledged to either node, in order, and {@link #append} continues after them:
     * <pre>{@code
     * log.requireTerm(() -> {
     *     long term = ownership.term();
     *     return ownership.isHeld(term) ? term : 0;
     * });
     * ...
     * LogContinuation begun = log.continueInTerm(ownership.term());
     * rebuildState(log.entries());
     * boolean safe = begun.isHeldByBoth() || log.awaitAcknowledged(begun.sequence(), Duration.ofSeconds(1));
     * }</pre>
     *
     * <p>The log of the node that appended last prevails. If that is the partner's log, its copy replaces everything in
     * this log after the last entry that both have in common, and {@link LogContinuation#cutEntries} says how many
     * entries of this node that removes. They were never acknowledged. The partner's copy of this log is then brought
     * up to date as usual. The partner itself does not take part and may be gone.
     *
     * <p>An entry of an earlier term that is not known to be held by both nodes is part of this log as well, but may be
     * gone with the next owner until {@link LogContinuation#sequence} is acknowledged. Nothing is acknowledged before.
     *
     * <p>If the process is killed meanwhile and the log has a file, the next process does it again. This method reads
     * the copy from beginning to end and holds the log's lock, so it takes about as long as copying the log. It does
     * nothing if the log has already continued in the term.
     *
     * @param newTerm the term, which must be later than the terms of all entries.
     * @return the number with which the term begins, and what became of this node's entries.
     * @throws IncompleteLogException if this node may lack acknowledged entries: it has lost its memory, and the
     *                                partner has not brought it up to date yet. Nothing has changed; call this again
     *                                later, or {@link #continueDespiteLoss} if the partner never comes back.
     * @throws IllegalStateException  if the term is not held or not later than all entries, or if the log is full, is
     *                                closed, has never met its partner or needs no term.
     */
    public LogContinuation continueInTerm(final long newTerm) {
        synchronized (trimming) {
            synchronized (lock) {
                return parts.continuer().continueInTerm(newTerm, copyMemory.present());
            }
        }
    }

    /**
     * Continues the log in a term with what this node has, although acknowledged entries may be lost. Call it only if
     * an operator knows that the partner, which has these entries, will not come back. If nothing is missing, it does
     * the same as {@link #continueInTerm}.
     *
     * <p>A warning says what may be missing. {@link LogContinuation#lostUpTo} is the last number that may be missing,
     * and {@link LogEntries#lostBefore} reports the loss to every later reader. The numbers of the lost entries are not
     * used again. A partner that does come back keeps its log until it continues it, and is then told what is cut.
     *
     * @param newTerm as for {@link #continueInTerm}.
     * @return as for {@link #continueInTerm}.
     * @throws IllegalStateException if the term is not held or not later than all entries, if the log is full, is
     *                               closed or needs no term, or if this node is just about to read what the partner
     *                               holds.
     */
    public LogContinuation continueDespiteLoss(final long newTerm) {
        synchronized (trimming) {
            synchronized (lock) {
                return parts.continuer().continueDespiteLoss(newTerm, copyMemory.present());
            }
        }
    }

    /**
     * Sets the listener that is notified when the log's {@link #state} changes. It is notified of changes in order, on
     * a thread that holds no lock of the log. What it throws is logged.
     *
     * @param listener receives each new state; replaces the previous listener.
     */
    public void listenToState(final Consumer<? super MirrorState> listener) {
        parts.news().listen(Objects.requireNonNull(listener, "listener"));
    }

    /**
     * Returns how many nodes hold this log at present.
     *
     * @return the state.
     */
    public MirrorState state() {
        synchronized (lock) {
            parts.copyKeeper().check();
            return parts.copyKeeper().state();
        }
    }

    /**
     * Appends an entry to this log, and begins to WRITE it to the partner if there is one.
     *
     * <p>Waits while 64 WRITEs are outstanding (fewer if entries are longer than 64 KiB). It does not wait while the
     * partner's copy is brought up to date.
     *
     * @param payload       memory that holds the payload.
     * @param payloadOffset offset of its first byte there.
     * @param payloadBytes  its length.
     * @return the entry's sequence number, from 1. In a log with an owner, it names an entry only with the term.
     * @throws IllegalArgumentException  if the payload exceeds the maximum length.
     * @throws IndexOutOfBoundsException if the payload is not within the memory.
     * @throws IllegalStateException     if the log is full, is closed, has never met its partner, or needs a term that
     *                                   this node does not hold or in which the log has not continued yet.
     */
    public long append(final MemorySegment payload, final long payloadOffset, final int payloadBytes) {
        return parts.appender().append(payload, payloadOffset, payloadBytes);
    }

    /**
     * Appends several entries to this log, all or none, and begins to WRITE them to the partner with as few WRITEs as
     * possible. Apart from that, it is like several calls of {@link #append}, and much faster.
     *
     * @param payloads       memory that holds the payloads, one directly after the other.
     * @param payloadsOffset offset of the first one there.
     * @param payloadBytes   the length of each payload; one or more.
     * @return the sequence number of the last of these entries.
     * @throws IllegalArgumentException  if there is no payload, or if one exceeds the maximum length.
     * @throws IndexOutOfBoundsException if the payloads are not within the memory.
     * @throws IllegalStateException     as for {@link #append}; no entry is appended then.
     */
    public long appendAll(final MemorySegment payloads, final long payloadsOffset, final int... payloadBytes) {
        return parts.appender().appendAll(payloads, payloadsOffset, payloadBytes);
    }

    /**
     * Removes the oldest entries of this log and of the partner's copy, so that their memory can be used again. Numbers
     * continue. A reader that has not read a removed entry is told so by {@link EntriesTrimmedException}.
     *
     * @param upTo number of the last entry to remove. If the log begins after it already, nothing happens.
     * @throws IllegalArgumentException if the log has no entry of that number yet, or if it is negative.
     */
    public void trim(final long upTo) {
        synchronized (trimming) {
            parts.trim(upTo, lock);
        }
    }

    /**
     * Polls for completions and returns the last entry that both this node and the present partner hold.
     *
     * @return the sequence number of the last entry acknowledged; 0 if there is none, if no port leads to the partner,
     *     or if the log needs a term and this node does not hold the one in which it has continued.
     */
    public long poll() {
        return parts.waits().poll();
    }

    /**
     * Waits until this node and the present partner hold an entry.
     *
     * @param sequence the entry's sequence number.
     * @param limit    longest time to wait; zero or less polls once.
     * @return whether they hold it; also false when the log is closed, as soon as this node does not hold the term that
     *     the log needs, or if the thread is interrupted, and its interrupt status remains set.
     */
    public boolean awaitAcknowledged(final long sequence, final Duration limit) {
        return parts.waits().awaitAcknowledged(sequence, Math.max(0, TimeUnit.NANOSECONDS.convert(limit)));
    }

    /**
     * Waits until this log has the entries of earlier processes: from its file, or because it has met its partner and
     * recovered the entries that the partner holds.
     *
     * @param limit longest time to wait.
     * @return whether entries may be appended; false when the log is closed.
     * @throws InterruptedException if the thread is interrupted while it waits.
     */
    public boolean awaitReady(final Duration limit) throws InterruptedException {
        return parts.waits().awaitReady(Math.max(0, TimeUnit.NANOSECONDS.convert(limit)));
    }

    /**
     * Returns the number of this log's last entry, or the one with which a term has begun behind it.
     *
     * @return its sequence number; 0 if the log is empty.
     */
    public long lastSequence() {
        return parts.local().lastSequence();
    }

    /**
     * Returns the entries of this log, whether acknowledged or not.
     *
     * @return a position before the first that was not trimmed.
     */
    public LogEntries entries() {
        return LogEntries.all(memory, parts.waits().appendedEntries());
    }

    /**
     * Returns the entries of this log as they become acknowledged. An entry that was acknowledged once and is read
     * later may be held by this node alone by then; the {@link #state} says so.
     *
     * @param after the last entry that the reader knows; 0 for none.
     * @return a position behind that entry. Its {@link LogEntries#next} polls for completions, as {@link #poll} does.
     * @throws IllegalArgumentException if the log has no entry of that number.
     */
    public LogEntries tail(final long after) {
        parts.local().requireNumber(after);
        return LogEntries.after(after, memory, parts.waits().acknowledgedEntries());
    }

    /**
     * Returns the entries of the partner's log of which this node holds a copy. They remain when the partner is gone.
     *
     * @return a position before its first entry that was not trimmed; empty before the first session of a log without a
     *     file.
     */
    public Optional<LogEntries> partnersEntries() {
        return Optional.ofNullable(copyMemory.present()).map(copy -> LogEntries.all(copy, LogWaits.ARRIVING_ENTRIES));
    }

    @Override
    public void partnerReady(final ClientSession begun) {
        begin(begun);
    }

    @Override
    public void pathChanged(final ClientSession begun) {
        begin(begun);
    }

    @Override
    public void sessionEnded(final ClientSession ended) {
        synchronized (lock) {
            if (copyMemory.isPartner(ended.partner())) {
                parts.copyKeeper().close();
            }
        }
    }

    /** Brings the partner up to date over new ports, on the client's thread, while appending continues. */
    private void begin(final ClientSession begun) {
        memoryFor(begun.partner());
        session = begun;
        // The former ports have ended.
        sessionEnded(begun);
        parts.copyRestorer().restore(new MirrorPort(begun, parts.local().longestEntryBytes()));
    }

    /**
     * Refuses further entries, ends all waits and lets others open the log's file. Close the node or the log's
     * registration first.
     *
     * @throws IllegalStateException if the partner can still write into this log's memory.
     * @throws IOException           if the file cannot be closed.
     */
    @Override
    public void close() throws IOException {
        final ClientSession last = session;
        if (last != null && last.isOpen()) {
            throw new IllegalStateException(this + " is in use with " + last.partner().name()
                + "; close its node or its registration first");
        }
        parts.waits().close();
        if (file != null) {
            file.close();
        }
    }

    @Override
    public String toString() {
        return "log " + requirements.name();
    }
}
