// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.ClusterConnectionManager;
import dev.ffmverbs.ccm.NodePair;
import dev.ffmverbs.ccm.PartnerAddress;
import dev.ffmverbs.ccm.mirror.LogEntries;
import dev.ffmverbs.ccm.mirror.MirroredLog;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Checks the partner's copy when the appending node is repeatedly killed at random moments.
 *
 * <p>System properties {@code mirror.kills}, {@code mirror.appends} and {@code mirror.seed} make it longer:
 * {@code mvn -pl ccm -am verify -Dtest=MirrorKillTest -Dtest.jvm.arguments="-Dmirror.kills=50 -Dmirror.appends=1000000"
 * -Dsurefire.failIfNoSpecifiedTests=false}.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class MirrorKillTest {

    private static final int KILLS = Integer.getInteger("mirror.kills", 3);
    private static final long APPENDS = Long.getLong("mirror.appends", 3_000);
    private static final long SEED = Long.getLong("mirror.seed", 20_261_122L);
    private static final int ENTRY_BYTES = 72;
    private static final int PORT = 46_500;
    private static final long LIMIT_S = 120;
    private static final int LONGEST_LIFE_MS = 400;

    private final Random random = new Random(SEED);
    private final MemorySegment scratch = Arena.ofAuto().allocate(MirrorProgram.LONGEST);

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void thePartnersCopyIsAPrefixWithEveryAcknowledgedEntryWheneverTheNodeIsKilled(
        final NodePair nodes, @TempDir final Path folder) throws Exception {
        nodes.require();
        final DemoPlacement place = DemoPlacement.choose(List.of(nodes.deviceA().name()), PORT);
        final Path acknowledged = Files.write(folder.resolve("acknowledged"), new byte[Long.BYTES]);
        final int capacity = Math.toIntExact(ENTRY_BYTES * (2 * APPENDS + 200_000));
        final MirroredLog log = new MirroredLog("log", capacity, MirrorProgram.LONGEST);
        final List<String> options = new ArrayList<>(place.a().jvmOptions());
        options.add("-XX:MaxDirectMemorySize=1g");
        long held = 0;
        try (ClusterConnectionManager survivor = ClusterConnectionManager
            .builder(nodes.deviceB(), "B", nodes.endpointB())
            .partner(new PartnerAddress("A", place.a().address())).client(log).start()) {
            for (int kill = 1; kill <= KILLS; kill++) {
                try (ProgramProcess node = new ProgramProcess(MirrorProgram.class, options,
                    List.of(place.a().deviceName(), NodeLog.text(place.a().address()),
                        NodeLog.text(survivor.configuration().listenAddress()), Integer.toString(capacity),
                        acknowledged.toString()))) {
                    final String recovered = node.await(line -> line.startsWith("recovered "), "recovery", LIMIT_S);
                    assertTrue(Long.parseLong(recovered.substring("recovered ".length())) >= held, () -> facts(node)
                        + ": it has lost what its partner held; what was in flight may have arrived since");
                    awaitShare(acknowledged, kill, node);
                    Thread.sleep(random.nextInt(LONGEST_LIFE_MS));
                    node.kill();
                    held = check(log, read(acknowledged), kill, node);
                }
            }
        }
        assertTrue(held >= APPENDS, held + " entries");
    }

    /** Waits until as many entries are acknowledged as this incarnation of the node should add. */
    private static void awaitShare(final Path acknowledged, final int kill, final ProgramProcess node)
        throws Exception {
        final long startNs = System.nanoTime();
        while (read(acknowledged) < APPENDS * kill / KILLS) {
            if (System.nanoTime() - startNs > TimeUnit.SECONDS.toNanos(LIMIT_S)) {
                throw new AssertionError("only " + read(acknowledged) + " entries are acknowledged; " + facts(node));
            }
            Thread.sleep(1);
        }
    }

    private static long read(final Path acknowledged) throws Exception {
        return ByteBuffer.wrap(Files.readAllBytes(acknowledged)).order(ByteOrder.nativeOrder()).getLong();
    }

    private long check(
        final MirroredLog log, final long acknowledged, final int kill, final ProgramProcess node) {
        final LogEntries copy = log.partnersEntries().orElseThrow();
        while (copy.next()) {
            assertTrue(MirrorProgram.isAsWritten(copy, scratch),
                () -> "entry " + copy.sequence() + " is another; " + facts(node));
        }
        assertTrue(copy.sequence() >= acknowledged, () -> "after kill " + kill + " the copy has " + copy.sequence()
            + " entries, and " + acknowledged + " were acknowledged; " + facts(node));
        return copy.sequence();
    }

    private static String facts(final ProgramProcess node) {
        return "seed " + SEED + ", the node printed " + node.lines;
    }
}
