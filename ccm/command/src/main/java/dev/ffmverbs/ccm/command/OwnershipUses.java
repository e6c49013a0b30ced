// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A mapped file in which one process of a node records when it used each term that it owned.
 *
 * <p>What is written stays when the process is killed. The times are readings of {@link System#nanoTime}, which all
 * processes of a Linux machine have in common. A record has the term, the time of the first use and that of the last.
 * The file grows by a part when its last record is in use. One thread writes.
 */
final class OwnershipUses implements AutoCloseable {

    private static final long RECORD_BYTES = 3 * Long.BYTES;
    private static final long PART_BYTES = 4096 * RECORD_BYTES;
    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

    private final Path file;
    private final Arena arena = Arena.ofShared();

    /** The part of the file that has the record of the present term, and where that record is in it. */
    private MemorySegment part = MemorySegment.NULL;
    private long offset = -RECORD_BYTES;
    private long mappedBytes;
    private long term;

    /**
     * The uses of a term by one process of a node.
     *
     * @param node    name of the node.
     * @param term    the term.
     * @param firstNs time of the first use.
     * @param lastNs  time of the last use.
     */
    record Use(String node, long term, long firstNs, long lastNs) {
    }

    private OwnershipUses(final Path file) {
        this.file = file;
    }

    /** Creates the file, or empties it. */
    static OwnershipUses create(final Path file) throws IOException {
        Files.write(file, new byte[0]);
        final OwnershipUses uses = new OwnershipUses(file);
        uses.mapNextPart();
        return uses;
    }

    /** Appends a part of zeros to the file. */
    private void mapNextPart() throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            part = channel.map(MapMode.READ_WRITE, mappedBytes, PART_BYTES, arena);
        }
        mappedBytes += PART_BYTES;
        offset = -RECORD_BYTES;
    }

    /**
     * Records that the node owned a term at a time.
     *
     * @param usedTerm the term.
     * @param atNs     a time read before the node was asked whether it owns.
     * @throws UncheckedIOException if the file cannot grow; nothing is recorded.
     */
    void add(final long usedTerm, final long atNs) {
        if (usedTerm != term) {
            moveToNextRecord();
            term = usedTerm;
            part.set(ValueLayout.JAVA_LONG, offset + Long.BYTES, atNs);
            LONG.setRelease(part, offset + 2 * Long.BYTES, atNs);
            LONG.setRelease(part, offset, usedTerm);
        }
        LONG.setRelease(part, offset + 2 * Long.BYTES, atNs);
    }

    private void moveToNextRecord() {
        if (offset + 2 * RECORD_BYTES > part.byteSize()) {
            try {
                mapNextPart();
            } catch (final IOException e) {
                throw new UncheckedIOException("no more terms can be recorded in " + file + ", which has "
                    + mappedBytes / RECORD_BYTES + " records", e);
            }
        }
        offset += RECORD_BYTES;
    }

    /** Reads the uses that a process of a node has recorded so far. */
    static List<Use> read(final String node, final Path file) throws IOException {
        final MemorySegment records = MemorySegment.ofArray(Files.readAllBytes(file));
        final List<Use> uses = new ArrayList<>();
        for (long at = 0; at < records.byteSize() && longAt(records, at) != 0; at += RECORD_BYTES) {
            uses.add(new Use(node, longAt(records, at), longAt(records, at + Long.BYTES),
                longAt(records, at + 2 * Long.BYTES)));
        }
        return uses;
    }

    private static long longAt(final MemorySegment records, final long offset) {
        return records.get(ValueLayout.JAVA_LONG_UNALIGNED, offset);
    }

    /**
     * Judges the uses of all processes of both nodes.
     *
     * @return what is wrong: a term that two processes used, or a term used after a higher one was; empty if never two
     *     owned.
     */
    static List<String> judge(final List<Use> uses) {
        final List<Use> inOrder = uses.stream().sorted((one, other) -> Long.compare(one.term(), other.term())).toList();
        final List<String> wrong = new ArrayList<>();
        for (int i = 1; i < inOrder.size(); i++) {
            final Use lower = inOrder.get(i - 1);
            final Use higher = inOrder.get(i);
            if (lower.term() == higher.term()) {
                wrong.add("term " + lower.term() + " was owned twice: " + lower + ", " + higher);
            } else if (lower.lastNs() >= higher.firstNs()) {
                wrong.add("term " + lower.term() + " was used " + (lower.lastNs() - higher.firstNs())
                    + " ns after the first use of term " + higher.term() + ": " + lower + ", " + higher);
            }
        }
        return wrong;
    }

    @Override
    public void close() {
        arena.close();
    }
}
