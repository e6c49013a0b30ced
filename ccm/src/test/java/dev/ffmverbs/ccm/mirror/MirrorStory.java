// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A story of a node A that appends and a node B that holds the copy. Either is killed and comes back, and the network
 * fails, at random. A judge knows what was appended and acknowledged, and the state that was told before each kill.
 */
final class MirrorStory {

    private static final int STEPS = 120;

    /** Makes the first random numbers of adjacent seeds differ. */
    private static final long SCATTER = 0x9E3779B97F4A7C15L;

    private static final int LONGEST = 60;
    /** What happened in all stories. */
    static final class Figures {

        private final Map<String, Integer> counts = new HashMap<>();

        void add(final String what) {
            counts.merge(what, 1, Integer::sum);
        }

        boolean isEveryKindThere() {
            return counts.keySet().containsAll(List.of("recovered from the copy", "recovered from the file",
                "killed MIRRORED", "killed CATCHING_UP", "killed ALONE", "lost and told", "B lost its copy", "trimmed",
                "full", "B was told of trimmed entries",
                "an append was torn"));
        }

        @Override
        public String toString() {
            return counts.toString();
        }
    }

    private final long seed;
    private final Random random;
    private final Figures figures;
    private final boolean fileA;
    private final boolean fileB;

    /** Whether entries look like others, so that only their place tells them apart. */
    private final boolean alike;
    private final int recordsBytes;
    private final int slotBytes;
    private final MemorySegment copy;
    private final List<String> trace = new ArrayList<>();
    private final MemorySegment payload = Arena.ofAuto().allocate(4 * LONGEST);
    private final int[] lengths = new int[4];

    /** Content by number: what the present history of the log says, what was acknowledged, and what B has read. */
    private final Map<Long, Long> appended = new HashMap<>();
    private final Map<Long, Long> acknowledged = new HashMap<>();
    private final Map<Long, Long> followed = new HashMap<>();
    private long highestAcknowledged;
    private long highestTrimmed;

    private MemorySegment own;
    private MirrorStoryNode node;
    private SimulatedCopyPort port;
    private LogEntries follower;
    private MirrorState stateAtKill = MirrorState.ALONE;
    private boolean copyIntact = true;

    MirrorStory(final long seed, final Figures figures) {
        this.seed = seed;
        this.random = new Random(seed * SCATTER);
        this.figures = figures;
        this.fileA = random.nextBoolean();
        this.fileB = random.nextBoolean();
        this.alike = random.nextBoolean();
        this.recordsBytes = 8 * (2 * EntryFormat.entryBytes(LONGEST) / 8 + random.nextInt(300));
        this.slotBytes = EntryFormat.entryBytes(LONGEST) + random.nextInt(400);
        this.own = allocate();
        this.copy = allocate();
    }

    private MemorySegment allocate() {
        return Arena.ofAuto().allocate(LogHeader.LENGTH_BYTES + recordsBytes, Long.BYTES);
    }

    void run() {
        try {
            startA();
            for (int step = 0; step < STEPS; step++) {
                act(random.nextInt(100));
            }
        } catch (final RuntimeException | AssertionError e) {
            throw new AssertionError("story -Dccm.mirror.seed=" + seed + " -Dccm.mirror.seeds=1: files at A " + fileA
                + ", at B " + fileB + ", " + trace, e);
        }
    }

    private void act(final int choice) {
        if (choice < 45) {
            append();
        } else if (choice < 65) {
            poll();
        } else if (choice < 72) {
            trim();
        } else if (choice < 88) {
            connect();
        } else if (choice < 91) {
            cut("the network fails");
        } else if (choice < 95) {
            killB();
        } else {
            killA();
            startA();
        }
    }

    private void startA() {
        own = fileA ? own : allocate();
        node = new MirrorStoryNode(own, LONGEST);
        trace.add("A starts, ready " + node.isReady());
        if (node.isReady()) {
            figures.add("recovered from the file");
            judgeRecovered(true);
        }
        forgetIfNothingIsLeft();
    }

    private void cut(final String reason) {
        trace.add(reason);
        if (port != null) {
            port.breakNow();
            node.check();
            port = null;
        }
    }

    /** A file is changed by an append of which a kill leaves only a part. The partner was sent nothing of it. */
    private void tearAppend() {
        final byte[] before = own.toArray(ValueLayout.JAVA_BYTE);
        append();
        final byte[] after = own.toArray(ValueLayout.JAVA_BYTE);
        final int chunkBytes = 1 << random.nextInt(7);
        for (int at = LogHeader.LENGTH_BYTES; at < after.length; at += chunkBytes) {
            if (random.nextBoolean()) {
                MemorySegment.copy(MemorySegment.ofArray(before), at, own, at, Math.min(chunkBytes, after.length - at));
            }
        }
        figures.add("an append was torn");
    }

    private void killA() {
        stateAtKill = node.state();
        if (stateAtKill == MirrorState.ALONE && random.nextBoolean()) {
            tearAppend();
        }
        figures.add("killed " + stateAtKill);
        trace.add("A is killed, " + stateAtKill);
        if (port != null) {
            port.breakNow();
            port = null;
        }
        copyIntact = stateAtKill == MirrorState.MIRRORED;
        node = null;
    }

    private void killB() {
        cut("B is killed");
        if (!fileB) {
            copy.fill((byte) 0);
            copyIntact = false;
            follower = null;
            followed.clear();
            figures.add("B lost its copy");
            forgetIfNothingIsLeft();
        }
    }

    private void connect() {
        if (port != null && port.isUsable()) {
            return;
        }
        node.check();
        final boolean recovers = !node.isReady();
        port = new SimulatedCopyPort(copy, slotBytes, random.nextInt(4) == 0 ? random.nextInt(12)
            : random.nextInt(4) == 0 ? random.nextInt(60) : Integer.MAX_VALUE, random);
        final boolean begun = node.connect(port);
        trace.add("connects, " + begun);
        require(begun || !port.isUsable(), "the copy is refused");
        if (begun && recovers) {
            figures.add("recovered from the copy");
            judgeRecovered(false);
        }
    }

    /** If neither node has anything, the log begins again. A state has told before that there was no whole copy. */
    private void forgetIfNothingIsLeft() {
        final LogHeader header = new LogHeader();
        header.read(copy);
        if (node.isReady() || header.identity() != 0) {
            return;
        }
        require(!copyIntact || highestAcknowledged == 0, "acknowledged entries are lost");
        appended.clear();
        acknowledged.clear();
        highestAcknowledged = 0;
        highestTrimmed = 0;
        followed.clear();
    }

    private void judgeRecovered(final boolean fromFile) {
        final LogEntries entries = LogEntries.all(own, EverythingReadable.EVERYTHING);
        final boolean mayLack = !fromFile && !copyIntact;
        long expected = entries.sequence() + 1;
        require(entries.sequence() <= highestTrimmed, "trimmed up to " + entries.sequence() + ", asked for "
            + highestTrimmed);
        while (entries.next() && entries.sequence() <= node.lastSequence()) {
            final long lost = entries.lostBefore();
            require(entries.sequence() == expected + lost, "entry " + entries.sequence() + " follows " + expected);
            requireContent(entries);
            forgetLost(expected, expected + lost - 1, mayLack);
            expected = entries.sequence() + 1;
        }
        forgetLost(expected, node.lastSequence(), mayLack);
        require(node.lastSequence() >= highestAcknowledged, "the log ends with " + node.lastSequence()
            + "; acknowledged are " + highestAcknowledged);
        final long last = node.lastSequence();
        appended.keySet().removeIf(number -> number > last);
        acknowledged.keySet().removeIf(number -> number > last);
        highestAcknowledged = Math.min(highestAcknowledged, last);
    }

    private void forgetLost(final long first, final long last, final boolean mayLack) {
        for (long number = first; number <= last; number++) {
            require(mayLack || !appended.containsKey(number), "entry " + number + " is told lost, and "
                + stateAtKill + " was told before");
            if (appended.remove(number) != null) {
                figures.add("lost and told");
            }
            acknowledged.remove(number);
        }
    }

    private void append() {
        if (!node.isReady()) {
            return;
        }
        final int count = random.nextInt(3) == 0 ? 1 + random.nextInt(lengths.length) : 1;
        final int[] chosen = new int[count];
        final long[] contents = new long[count];
        long offset = 0;
        for (int i = 0; i < count; i++) {
            contents[i] = alike ? random.nextInt(2) : random.nextLong();
            chosen[i] = Long.BYTES + (alike ? 0 : random.nextInt(LONGEST - Long.BYTES + 1));
            payload.set(ValueLayout.JAVA_LONG_UNALIGNED, offset, contents[i]);
            for (int at = Long.BYTES; at < chosen[i]; at++) {
                payload.set(ValueLayout.JAVA_BYTE, offset + at, (byte) (contents[i] >> at));
            }
            offset += chosen[i];
        }
        final long before = node.lastSequence();
        try {
            final long last = node.append(payload, chosen);
            require(last == before + count, "entry " + last + " follows " + before);
            for (int i = 0; i < count; i++) {
                appended.put(before + 1 + i, contents[i]);
            }
        } catch (final IllegalStateException e) {
            require(e.getMessage().contains("is full"), e.getMessage());
            require(node.lastSequence() == before, "a part of what does not fit was appended");
            figures.add("full");
            node.trim(Math.max(0, node.lastSequence() - random.nextInt(3)));
            highestTrimmed = Math.max(highestTrimmed, node.trimmedUpTo());
        }
    }

    private void poll() {
        final long last = node.poll();
        for (long number = highestAcknowledged + 1; number <= last; number++) {
            if (appended.containsKey(number)) {
                acknowledged.put(number, appended.get(number));
            }
        }
        highestAcknowledged = Math.max(highestAcknowledged, last);
        if (last > 0) {
            judgeCopy(last);
        }
        follow();
    }

    /** The copy has every entry that is acknowledged now. */
    private void judgeCopy(final long last) {
        final LogEntries entries = LogEntries.all(copy, EverythingReadable.EVERYTHING);
        while (entries.next()) {
            requireContent(entries);
        }
        require(entries.sequence() >= last, "the copy ends with " + entries.sequence() + ", acknowledged are " + last);
    }

    /** B reads its copy as it grows. */
    private void follow() {
        if (node.state() == MirrorState.ALONE) {
            return;
        }
        if (follower == null) {
            follower = LogEntries.all(copy, EverythingReadable.EVERYTHING);
        }
        try {
            while (follower.next()) {
                requireContent(follower);
                followed.put(follower.sequence(), appended.get(follower.sequence()));
            }
        } catch (final EntriesTrimmedException e) {
            require(e.firstRemaining() <= highestTrimmed + 1, e.getMessage());
            figures.add("B was told of trimmed entries");
        }
    }

    private void requireContent(final LogEntries entries) {
        final long content = entries.payload().get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
        require(appended.get(entries.sequence()) != null && appended.get(entries.sequence()) == content,
            "entry " + entries.sequence() + " is not what was appended with that number");
        for (int at = Long.BYTES; at < entries.payload().byteSize(); at++) {
            require(entries.payload().get(ValueLayout.JAVA_BYTE, at) == (byte) (content >> at),
                "entry " + entries.sequence() + " differs at byte " + at);
        }
        final Long known = acknowledged.get(entries.sequence());
        require(known == null || known == content, "entry " + entries.sequence() + " was another when acknowledged");
        final Long read = followed.get(entries.sequence());
        require(read == null || read == content, "entry " + entries.sequence() + " was another when B read it");
    }

    private void trim() {
        if (node.lastSequence() == 0) {
            return;
        }
        node.trim(node.lastSequence() - random.nextInt((int) Math.min(8, node.lastSequence())));
        figures.add("trimmed");
        highestTrimmed = Math.max(highestTrimmed, node.trimmedUpTo());
    }

    private void require(final boolean isSo, final String otherwise) {
        if (!isSo) {
            throw new AssertionError(otherwise);
        }
    }
}
