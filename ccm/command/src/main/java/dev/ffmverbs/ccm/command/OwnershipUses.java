// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import java.io.IOException;
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
 * One thread writes.
 */
final class OwnershipUses implements AutoCloseable {

    private static final int RECORDS = 4096;
    private static final long RECORD_BYTES = 3 * Long.BYTES;
    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

    private final Arena arena = Arena.ofShared();
    private final MemorySegment records;
    private long offset = -RECORD_BYTES;
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

    private OwnershipUses(final FileChannel channel) throws IOException {
        this.records = channel.map(MapMode.READ_WRITE, 0, RECORDS * RECORD_BYTES, arena);
    }

    /** Creates the file, or empties it. */
    static OwnershipUses create(final Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ,
            StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            return new OwnershipUses(channel);
        }
    }

    /**
     * Records that the node owned a term at a time.
     *
     * @param usedTerm the term.
     * @param atNs     a time read before the node was asked whether it owns.
     */
    void add(final long usedTerm, final long atNs) {
        if (usedTerm != term) {
            term = usedTerm;
            offset += RECORD_BYTES;
            records.set(ValueLayout.JAVA_LONG, offset + Long.BYTES, atNs);
            LONG.setRelease(records, offset + 2 * Long.BYTES, atNs);
            LONG.setRelease(records, offset, usedTerm);
        }
        LONG.setRelease(records, offset + 2 * Long.BYTES, atNs);
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
