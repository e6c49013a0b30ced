// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.Verbs;
import dev.ffmverbs.ccm.ClusterConnectionManager;
import dev.ffmverbs.ccm.NodeAddress;
import dev.ffmverbs.ccm.PartnerAddress;
import dev.ffmverbs.ccm.mirror.IncompleteLogException;
import dev.ffmverbs.ccm.mirror.LogContinuation;
import dev.ffmverbs.ccm.mirror.LogEntries;
import dev.ffmverbs.ccm.mirror.MirroredLog;
import dev.ffmverbs.ccm.value.LivenessThresholds;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;

/**
 * A program that runs a node which appends to a mirrored log until it is killed, trims it, and notes what is
 * acknowledged. Its arguments are name, device, address, partner's name and address, the file of the log or a hyphen,
 * the file for {@link AcknowledgedEntries}, and {@code hold} for a node that only holds the copy. In its place, the
 * file of a {@link GrantedTerm} and the number of the node let it append only in its terms, to the log of both nodes.
 */
public final class MirrorStormProgram {

    static final int CAPACITY = 16 << 20;
    static final int LONGEST = 200;

    private static final int KEPT = 60_000;
    private static final int TRIMMED_AT_ONCE = 1_000;
    private static final int AHEAD = 2_000;
    private static final int BATCH = 8;
    private static final Duration DEAD = Duration.ofMillis(800);

    /** Content of numbers that no entry has. */
    private static final long NO_ENTRY = Long.MIN_VALUE;

    private final MirroredLog log;
    private final AcknowledgedEntries known;
    private final Random random = new Random();
    private final MemorySegment payload = Arena.ofAuto().allocate(BATCH * LONGEST);
    private final long[] contents = new long[1 << 17];
    private String refusal = "";
    private long acknowledged;
    private long trimmed;

    private MirrorStormProgram(final MirroredLog log, final AcknowledgedEntries known) {
        this.log = log;
        this.known = known;
    }

    static MirroredLog open(final String file) throws IOException {
        return "-".equals(file) ? new MirroredLog("log", CAPACITY, LONGEST)
            : new MirroredLog("log", CAPACITY, LONGEST, Path.of(file));
    }

    /**
     * Runs the program until it is killed.
     *
     * @param arguments see above.
     * @throws IOException          if a file cannot be used.
     * @throws InterruptedException never.
     */
    public static void main(final String[] arguments) throws IOException, InterruptedException {
        final MirroredLog log = open(arguments[5]);
        final MirrorStormProgram program = new MirrorStormProgram(log, new AcknowledgedEntries(Path.of(arguments[6])));
        try (ClusterConnectionManager node = ClusterConnectionManager
            .builder(Verbs.device(arguments[1]), arguments[0], NodeAddress.parse(arguments[2]))
            .partner(new PartnerAddress(arguments[3], NodeAddress.parse(arguments[4])))
            .liveness(LivenessThresholds.defaults().withDeadAfter(DEAD, DEAD)).client(log).start()) {
            while (!log.awaitReady(Duration.ofSeconds(60))) {
                System.out.println("waits for its partner: " + node);
            }
            if (arguments.length > 8) {
                program.runInTerms(new GrantedTerm(Path.of(arguments[7])), Integer.parseInt(arguments[8]));
            }
            program.recover();
            final boolean holds = arguments.length > 7;
            while (true) {
                program.step(!holds);
            }
        }
    }

    /** Appends in the terms of this node, and judges the log at the beginning of each. */
    private void runInTerms(final GrantedTerm granted, final int node) throws InterruptedException {
        log.requireTerm(() -> granted.heldBy(node));
        System.out.println("ready");
        long continued = 0;
        while (true) {
            final long term = granted.heldBy(node);
            if (term != 0 && term != continued) {
                continued = tryToContinue(term);
            }
            if (term == 0 || term != continued || !stepInTerm(granted, node, term)) {
                Thread.sleep(1);
            }
        }
    }

    /** Returns the term, or 0 if the log cannot be continued in it yet. */
    private long tryToContinue(final long term) {
        try {
            beginTerm(log.continueInTerm(term));
            return term;
        } catch (final IncompleteLogException | IllegalStateException e) {
            // A process that was killed may have continued in this term, or another one may have been granted.
            if (!e.getMessage().equals(refusal)) {
                refusal = e.getMessage();
                System.out.println("waits: " + refusal);
            }
            return 0;
        }
    }

    /** Returns false if the term has ended. */
    private boolean stepInTerm(final GrantedTerm granted, final int node, final long term)
        throws InterruptedException {
        try {
            step(true);
            return true;
        } catch (final IllegalStateException e) {
            if (granted.heldBy(node) == term) {
                throw e;
            }
            return false;
        }
    }

    /** Compares the log with what was acknowledged to the owners of earlier terms. */
    private void beginTerm(final LogContinuation begun) {
        Arrays.fill(contents, NO_ENTRY);
        final LogEntries entries = log.entries();
        final long first = entries.sequence() + 1;
        final String outcome = describe(entries, known, contents);
        long missing = 0;
        for (long number = first; number <= known.last(); number++) {
            missing += known.has(number) && contentOf(number) == NO_ENTRY ? 1 : 0;
        }
        System.out.println((outcome.startsWith("WRONG") ? outcome + "; " : missing > 0 ? "WRONG: " + missing
            + " acknowledged entries are missing; " : "") + "continues " + begun);
        acknowledged = Math.max(first - 1, known.last());
        trimmed = first - 1;
    }

    private long contentOf(final long number) {
        return contents[(int) (number % contents.length)];
    }

    /** Compares what was recovered with what was acknowledged to earlier processes. */
    private void recover() {
        acknowledged = known.last();
        trimmed = log.entries().sequence();
        final LogEntries entries = log.entries();
        final String outcome = describe(entries, known, contents);
        known.judgeUpTo(log.lastSequence());
        System.out.println("ready " + log.lastSequence() + " " + outcome);
    }

    /** Reads all entries and says what is wrong with them, or how many are lost and told since the former recovery. */
    static String describe(final LogEntries entries, final AcknowledgedEntries known, final long[] contents) {
        long lost = 0;
        long before = entries.sequence();
        while (entries.next()) {
            final long content = entries.payload().get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
            if (!known.agrees(entries.sequence(), content)) {
                return "WRONG: entry " + entries.sequence() + " was acknowledged with another content";
            }
            for (int i = Long.BYTES; i < entries.payload().byteSize(); i++) {
                if (entries.payload().get(ValueLayout.JAVA_BYTE, i) != (byte) (content >> i)) {
                    return "WRONG: entry " + entries.sequence() + " is damaged at byte " + i;
                }
            }
            contents[(int) (entries.sequence() % contents.length)] = content;
            lost += Math.max(0, entries.sequence() - 1 - Math.max(before, known.judged()));
            before = entries.sequence();
        }
        lost += Math.max(0, entries.sequence() - Math.max(before, known.judged()));
        return entries.sequence() < known.last()
            ? "WRONG: the log ends with " + entries.sequence() + ", acknowledged are " + known.last() : "lost " + lost;
    }

    private void step(final boolean appends) throws InterruptedException {
        known.note(log.state());
        final boolean ahead = !appends || log.lastSequence() - acknowledged > AHEAD;
        if (!ahead) {
            append(1 + (random.nextInt(8) == 0 ? random.nextInt(BATCH) : 0));
        }
        final long last = log.poll();
        for (long number = acknowledged + 1; number <= last; number++) {
            if (contentOf(number) != NO_ENTRY) {
                known.add(number, contentOf(number));
            }
        }
        acknowledged = Math.max(acknowledged, last);
        if (acknowledged - KEPT - trimmed > TRIMMED_AT_ONCE) {
            trimmed = acknowledged - KEPT;
            log.trim(trimmed);
        }
        if (ahead) {
            Thread.sleep(1);
        }
    }

    private void append(final int count) {
        final int[] lengths = new int[count];
        final long first = log.lastSequence() + 1;
        long offset = 0;
        for (int i = 0; i < count; i++) {
            lengths[i] = Long.BYTES + random.nextInt(LONGEST - Long.BYTES + 1);
            final long content = random.nextLong();
            contents[(int) ((first + i) % contents.length)] = content;
            payload.set(ValueLayout.JAVA_LONG_UNALIGNED, offset, content);
            for (int at = Long.BYTES; at < lengths[i]; at++) {
                payload.set(ValueLayout.JAVA_BYTE, offset + at, (byte) (content >> at));
            }
            offset += lengths[i];
        }
        if (log.appendAll(payload, 0, lengths) != first + count - 1) {
            System.out.println("WRONG: entries after " + first + " have other numbers");
        }
    }
}
