// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.ccm.mirror.MirrorState;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * What a node was told about its log, in a file that outlives its process: the number of the last acknowledged entry,
 * the last state, and the content of the latest acknowledged entries.
 */
final class AcknowledgedEntries {

    private static final List<MirrorState> STATES = List.of(MirrorState.values());
    private static final int SLOTS = 1 << 18;
    private static final long FIRST_SLOT = 64;
    private static final long SLOT_BYTES = 2 * Long.BYTES;
    private static final long STATE = Long.BYTES;
    private static final long JUDGED = 2 * Long.BYTES;

    private final MemorySegment memory;

    AcknowledgedEntries(final Path path) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
            memory = file.map(FileChannel.MapMode.READ_WRITE, 0, FIRST_SLOT + SLOTS * SLOT_BYTES, Arena.ofAuto());
        }
    }

    private static long slot(final long number) {
        return FIRST_SLOT + number % SLOTS * SLOT_BYTES;
    }

    /** Returns the number of the last entry that was acknowledged to any process of the node. */
    long last() {
        return memory.get(ValueLayout.JAVA_LONG, 0);
    }

    /** Notes an acknowledged entry: first what it is, then that it is acknowledged. */
    void add(final long number, final long content) {
        memory.set(ValueLayout.JAVA_LONG, slot(number), number);
        memory.set(ValueLayout.JAVA_LONG, slot(number) + Long.BYTES, content);
        memory.set(ValueLayout.JAVA_LONG, 0, Math.max(last(), number));
    }

    /** Whether an entry is not known to have been acknowledged with another content. */
    boolean agrees(final long number, final long content) {
        return number > last() || memory.get(ValueLayout.JAVA_LONG, slot(number)) != number
            || memory.get(ValueLayout.JAVA_LONG, slot(number) + Long.BYTES) == content;
    }

    /** Whether an entry of this number is known to have been acknowledged, of which the content is still noted. */
    boolean has(final long number) {
        return number <= last() && memory.get(ValueLayout.JAVA_LONG, slot(number)) == number;
    }

    /** Returns the number of the last entry that a process of the node has found when it recovered. */
    long judged() {
        return memory.get(ValueLayout.JAVA_LONG, JUDGED);
    }

    void judgeUpTo(final long number) {
        memory.set(ValueLayout.JAVA_LONG, JUDGED, number);
    }

    void note(final MirrorState state) {
        memory.set(ValueLayout.JAVA_LONG, STATE, STATES.indexOf(state));
    }

    /** Returns the state that the node's latest process had noted before it ended. */
    MirrorState state() {
        return STATES.get((int) memory.get(ValueLayout.JAVA_LONG, STATE));
    }
}
