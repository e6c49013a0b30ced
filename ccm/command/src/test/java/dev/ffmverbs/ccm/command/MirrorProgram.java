// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.Verbs;
import dev.ffmverbs.ccm.ClusterConnectionManager;
import dev.ffmverbs.ccm.NodeAddress;
import dev.ffmverbs.ccm.PartnerAddress;
import dev.ffmverbs.ccm.mirror.LogEntries;
import dev.ffmverbs.ccm.mirror.MirroredLog;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Random;

/**
 * A program that runs a node which appends to a mirrored log as fast as it can, until it is killed. Its arguments are
 * device, address, partner's address, capacity of the log, and a file for the number of the last acknowledged entry,
 * which outlives it.
 */
public final class MirrorProgram {

    static final int LONGEST = 48;

    private MirrorProgram() {
    }

    /**
     * Runs it until it is killed or the log is full.
     *
     * @param arguments see above.
     * @throws IOException          if the file cannot be written.
     * @throws InterruptedException never.
     */
    public static void main(final String[] arguments) throws IOException, InterruptedException {
        final MirroredLog log = new MirroredLog("log", Integer.parseInt(arguments[3]), LONGEST);
        try (FileChannel file = FileChannel.open(Path.of(arguments[4]), StandardOpenOption.READ,
                 StandardOpenOption.WRITE);
             ClusterConnectionManager node = ClusterConnectionManager
                 .builder(Verbs.device(arguments[0]), "A", NodeAddress.parse(arguments[1]))
                 .partner(new PartnerAddress("B", NodeAddress.parse(arguments[2]))).client(log).start()) {
            final MemorySegment acknowledged =
                file.map(FileChannel.MapMode.READ_WRITE, 0, Long.BYTES, Arena.global());
            if (!log.awaitReady(Duration.ofSeconds(60))) {
                throw new IllegalStateException(node + " has not met its partner");
            }
            System.out.println("recovered " + log.lastSequence());
            final MemorySegment payload = Arena.ofAuto().allocate(LONGEST);
            while (true) {
                final long sequence = log.lastSequence() + 1;
                log.append(payload, 0, fill(payload, sequence));
                acknowledged.set(ValueLayout.JAVA_LONG, 0, log.poll());
            }
        }
    }

    /** Fills in the payload of an entry, which follows from its number, and returns its length. */
    static int fill(final MemorySegment payload, final long sequence) {
        final Random random = new Random(sequence);
        final int length = random.nextInt(LONGEST + 1);
        for (int i = 0; i < length; i++) {
            payload.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt());
        }
        return length;
    }

    /** Whether an entry has the payload that follows from its number. */
    static boolean isAsWritten(final LogEntries entries, final MemorySegment scratch) {
        final int length = fill(scratch, entries.sequence());
        return entries.payload().mismatch(scratch.asSlice(0, length)) < 0;
    }
}
