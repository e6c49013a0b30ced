// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A story of two nodes of which at most one owns. The owner continues the log and appends. Nodes are killed, also
 * while a log is replaced, links fail, WRITEs arrive late, and at random the memory of a node is lost when it is
 * killed. A judge knows what was acknowledged.
 */
final class TakeOverStory {

    private static final int STEPS = 160;
    private static final int STEPS_TO_HEAL = 400;

    /** Makes the first random numbers of adjacent seeds differ. */
    private static final long SCATTER = 0x9E3779B97F4A7C15L;

    private static final int LONGEST = 48;
    private static final int NOBODY = -1;
    /** What happened in all stories. */
    static final class Figures {

        private final Map<String, Integer> counts = new TreeMap<>();

        void add(final String what) {
            counts.merge(what, 1, Integer::sum);
        }

        boolean isEveryKindThere() {
            return counts.keySet().containsAll(List.of("continued the own log", "continued the partner's log",
                "continued what both hold", "entries were cut", "killed in a replacement", "killed after a replacement",
                "refused as incomplete", "an append was torn", "memory was lost", "trimmed", "full", "acknowledged",
                "a former owner's entry arrived late"));
        }

        @Override
        public String toString() {
            return counts.toString();
        }
    }

    /** One node, through all its processes. */
    private static final class Side {

        private final int index;
        private MemorySegment own;
        private MemorySegment copy;
        private MirrorStoryNode node;
        private SimulatedCopyPort port;
        private boolean continued;

        Side(final int index) {
            this.index = index;
        }

        @Override
        public String toString() {
            return index == 0 ? "A" : "B";
        }
    }

    private final long seed;
    private final Random random;
    private final Figures figures;
    private final boolean losesMemory;
    private final boolean trims;
    private final int recordsBytes;
    private final int slotBytes;
    private final Side[] sides = {new Side(0), new Side(1)};
    private final List<String> trace = new ArrayList<>();
    private final MemorySegment payload = Arena.ofAuto().allocate(4 * LONGEST);

    private final TakeOverJudge judge;
    private long term;
    private int owner = NOBODY;
    private boolean heals;

    TakeOverStory(final long seed, final Figures figures) {
        this.seed = seed;
        this.random = new Random(seed * SCATTER);
        this.figures = figures;
        this.losesMemory = random.nextInt(3) == 0;
        this.trims = random.nextBoolean();
        this.judge = new TakeOverJudge(losesMemory, trims);
        this.recordsBytes = 8 * (trims ? 40 + random.nextInt(300) : 1000 + random.nextInt(1000));
        this.slotBytes = EntryFormat.entryBytes(LONGEST) + random.nextInt(400);
    }

    private MemorySegment allocate() {
        return Arena.ofAuto().allocate(LogHeader.LENGTH_BYTES + recordsBytes, Long.BYTES);
    }

    private Side other(final Side side) {
        return sides[1 - side.index];
    }

    void run() {
        try {
            for (final Side side : sides) {
                side.own = allocate();
                side.copy = allocate();
                start(side);
            }
            for (int step = 0; step < STEPS; step++) {
                act(sides[random.nextInt(2)], random.nextInt(100));
            }
            heal();
        } catch (final RuntimeException | AssertionError e) {
            throw new AssertionError("story -Dccm.takeover.seed=" + seed + " -Dccm.takeover.seeds=1: memory is lost "
                + losesMemory + ", " + trace, e);
        }
    }

    private void act(final Side side, final int choice) {
        if (choice < 8) {
            elect(side);
        } else if (choice < 20) {
            continueLog(side);
        } else if (choice < 45) {
            append(side);
        } else if (choice < 65) {
            poll(side);
        } else if (choice < 70) {
            trim(side);
        } else if (choice < 86) {
            connect(side);
        } else if (choice < 90) {
            cut(side, "its link fails");
        } else if (choice < 93) {
            cut(side, "both links fail");
            cut(other(side), "both links fail");
        } else if (choice < 96) {
            killInReplacement(side);
        } else {
            kill(side);
            start(side);
        }
    }

    /** Lets the former owner end, and in most cases this node own. */
    private void elect(final Side side) {
        owner = random.nextInt(5) == 0 ? NOBODY : side.index;
        if (owner != NOBODY) {
            term += 1 + random.nextInt(2);
            trace.add(side + " owns " + term);
        }
        sides[0].continued = false;
        sides[1].continued = false;
    }

    private long heldTerm(final Side side) {
        return owner == side.index ? term : 0;
    }

    private void start(final Side side) {
        final MirrorStoryNode node = new MirrorStoryNode(side.own, side.copy, LONGEST);
        // A process that was killed holds nothing, even if its successor does.
        node.requireTerm(() -> side.node == node ? heldTerm(side) : 0);
        side.node = node;
        side.continued = false;
        trace.add(side + " starts, ready " + node.isReady());
    }

    private void cut(final Side side, final String reason) {
        if (side.port != null) {
            trace.add(side + ": " + reason);
            side.port.breakNow();
            side.node.check();
            side.port = null;
        }
    }

    private void connect(final Side side) {
        if (side.port != null && side.port.isUsable()) {
            return;
        }
        side.node.check();
        side.port = new SimulatedCopyPort(other(side).copy, slotBytes, random.nextInt(4) == 0 ? random.nextInt(12)
            : random.nextInt(4) == 0 ? random.nextInt(60) : Integer.MAX_VALUE, random);
        final boolean begun = side.node.connect(side.port);
        trace.add(side + " connects, " + begun);
        require(begun || !side.port.isUsable(), side + " is refused");
    }

    private void end(final Side side) {
        cut(side, "is killed");
        cut(other(side), "its partner is killed");
        if (owner == side.index) {
            owner = NOBODY;
        }
        side.continued = false;
    }

    private void kill(final Side side) {
        final byte[] before = side.own.toArray(ValueLayout.JAVA_BYTE);
        final boolean torn = side.node.state() == MirrorState.ALONE && random.nextBoolean() && append(side);
        end(side);
        trace.add(side + " was killed");
        if (torn) {
            tear(side, before);
            figures.add("an append was torn");
        }
        if (losesMemory && random.nextBoolean() && judge.hasEverything(other(side).own, other(side).copy)) {
            side.own = allocate();
            side.copy = allocate();
            trace.add(side + " has lost its memory");
            figures.add("memory was lost");
        }
    }

    /** Of what was written since, only a part is there. */
    private void tear(final Side side, final byte[] before) {
        final int chunkBytes = 1 << random.nextInt(7);
        for (int at = LogHeader.LENGTH_BYTES; at < before.length; at += chunkBytes) {
            if (random.nextBoolean()) {
                MemorySegment.copy(MemorySegment.ofArray(before), at, side.own, at,
                    Math.min(chunkBytes, before.length - at));
            }
        }
    }

    private void killInReplacement(final Side side) {
        final LogReplacement replacement =
            heldTerm(side) > 0 && side.node.isReady() ? side.node.prepareReplacement() : null;
        if (replacement == null) {
            return;
        }
        final int steps = random.nextInt(4);
        replacement.begin();
        final byte[] before = side.own.toArray(ValueLayout.JAVA_BYTE);
        while (steps > 0 && replacement.copySome()) {
            trace.add(side + " copies");
        }
        if (steps == 1) {
            tear(side, before);
        } else if (steps == 3) {
            replacement.finish();
        }
        figures.add(steps == 3 ? "killed after a replacement" : "killed in a replacement");
        end(side);
        trace.add(side + " was killed in a replacement at step " + steps);
        start(side);
        require(side.node.isReady(), "the replacement is not resumed");
    }

    private boolean continueLog(final Side side) {
        if (heldTerm(side) == 0 || side.continued || !side.node.isReady()) {
            return false;
        }
        final Map<Long, Long> former = judge.read(side.own);
        final LogContinuation begun;
        try {
            begun = side.node.continueInTerm(term);
        } catch (final IncompleteLogException e) {
            figures.add("refused as incomplete");
            trace.add(side + " is incomplete");
            return false;
        } catch (final IllegalStateException e) {
            noteFull(side, e);
            return false;
        }
        side.continued = true;
        trace.add(side + " continues " + begun);
        figures.add(begun.replaced() ? "continued the partner's log"
            : begun.isHeldByBoth() ? "continued what both hold" : "continued the own log");
        judge.requireRight(begun, former, side.own, other(side).own);
        if (begun.cutEntries() > 0) {
            figures.add("entries were cut");
        }
        return true;
    }

    private void noteFull(final Side side, final IllegalStateException refusal) {
        require(refusal.getMessage().contains("is full"), refusal.getMessage());
        figures.add("full");
        trim(side);
        if (heals) {
            side.node.trim(side.node.lastSequence());
            judge.noteTrimmed(side.node.trimmedUpTo());
        }
    }

    private boolean append(final Side side) {
        if (!side.continued || heldTerm(side) == 0) {
            return false;
        }
        final int[] lengths = new int[1 + random.nextInt(3)];
        long offset = 0;
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = Long.BYTES + random.nextInt(LONGEST - Long.BYTES + 1);
            payload.set(ValueLayout.JAVA_LONG_UNALIGNED, offset, random.nextLong());
            offset += lengths[i];
        }
        final long before = side.node.lastSequence();
        try {
            require(side.node.append(payload, lengths) == before + lengths.length, "numbers do not go on");
            trace.add(side + " appends up to " + (before + lengths.length));
            return true;
        } catch (final IllegalStateException e) {
            noteFull(side, e);
            return false;
        }
    }

    private void poll(final Side side) {
        final long lateBefore = side.node.lastHeld();
        final long last = side.node.poll();
        if (heldTerm(side) == 0) {
            require(last == 0, side + " acknowledges without a term");
            if (side.node.lastHeld() > lateBefore) {
                figures.add("a former owner's entry arrived late");
            }
        }
        if (last == 0) {
            return;
        }
        figures.add("acknowledged");
        judge.acknowledge(last, side.own, other(side).copy);
    }

    /** Trims what was acknowledged. */
    private void trim(final Side side) {
        if (trims && heldTerm(side) > 0 && side.node.isReady()) {
            final long upTo = Math.min(judge.lastAcknowledged(), side.node.lastSequence()) - random.nextInt(4);
            side.node.trim(Math.max(0, upTo));
            judge.noteTrimmed(side.node.trimmedUpTo());
            figures.add("trimmed");
        }
    }

    /** When nothing fails any longer, the log continues, and everything is acknowledged. */
    private void heal() {
        final Side last = sides[random.nextInt(2)];
        heals = true;
        owner = last.index;
        term++;
        last.continued = false;
        trace.add("heals, " + last + " owns " + term);
        for (int step = 0; step < STEPS_TO_HEAL; step++) {
            for (final Side side : sides) {
                if (side.port == null || !side.port.isUsable()) {
                    side.node.check();
                    side.port = new SimulatedCopyPort(other(side).copy, slotBytes, Integer.MAX_VALUE, random);
                    side.node.connect(side.port);
                }
                poll(side);
            }
            continueLog(last);
            if (last.continued && last.node.poll() >= last.node.lastSequence()) {
                return;
            }
        }
        throw new AssertionError(last + " has not continued and mirrored its log");
    }

    private void require(final boolean isSo, final String otherwise) {
        if (!isSo) {
            throw new AssertionError(otherwise);
        }
    }
}
