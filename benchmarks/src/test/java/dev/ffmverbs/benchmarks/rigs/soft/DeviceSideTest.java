// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.Gid;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.benchmarks.device.EndpointAddress;
import dev.ffmverbs.benchmarks.result.OperationResult;
import dev.ffmverbs.benchmarks.result.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two JVMs move every load over the software device, also with a named library. */
@Timeout(240)
class DeviceSideTest {

    private static final DeviceSide SOFTWARE = DeviceSide.software(List.of(), List.of());

    @TempDir
    private Path folder;

    private static Load load(final Transfer transfer, final WaitMode mode, final int queuePairs, final int threads) {
        return new Load(transfer, transfer.lengthBytes(), mode, transfer == Transfer.READ ? 1 : 2, queuePairs, threads,
            4096, new Load.Duration(50, 500));
    }

    @ParameterizedTest
    @EnumSource
    void movesEveryTransfer(final Transfer transfer) throws IOException {
        final Figures figures = SOFTWARE.run(load(transfer, WaitMode.BLOCK, 1, 1));

        assertTrue(figures.operations() > 0 && figures.p50Ns() <= figures.p99Ns(), figures::toString);
    }

    @Test
    void onePollsAndItsPeerSleeps() throws IOException {
        assertTrue(SOFTWARE.run(load(Transfer.READ, WaitMode.MIXED, 1, 1)).operations() > 0);
    }

    @Test
    void queuePairsAreSharedByThreads() throws IOException {
        final Figures figures = SOFTWARE.run(load(Transfer.WRITE_CHAIN, WaitMode.BLOCK, 4, 2));

        assertTrue(figures.operations() > 0, figures::toString);
    }

    @Test
    void anotherLibraryReplacesThisOne() throws IOException, URISyntaxException {
        final Path own = Path.of(Verbs.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        final DeviceSide before =
            DeviceSide.before(FormerBuild.findLibrary(own), List.of(), List.of());
        final DeviceSide empty = DeviceSide.before(
            FormerBuild.findLibrary(Files.createFile(folder.resolve("empty.jar"))), List.of(), List.of());

        assertTrue(before.run(load(Transfer.READ, WaitMode.BLOCK, 1, 1)).operations() > 0);
        final IOException failure =
            assertThrows(IOException.class, () -> empty.run(load(Transfer.READ, WaitMode.BLOCK, 1, 1)));
        assertTrue(failure.getMessage().contains("dev/ffmverbs/"), failure.getMessage());
    }

    @Test
    void aBuiltCheckoutHasItsJarAndAnotherFolderIsRefusedWithWhatToDo() throws IOException {
        final Path target = Files.createDirectories(folder.resolve("ffm-verbs").resolve("target"));
        Files.createFile(target.resolve("ffm-verbs-0.1.0-sources.jar"));
        final IOException refused = assertThrows(IOException.class, () -> FormerBuild.findLibrary(folder));
        final Path jar = Files.createFile(target.resolve("ffm-verbs-0.1.0.jar"));

        assertTrue(refused.getMessage().contains("run 'mvn -pl ffm-verbs"), refused.getMessage());
        assertEquals(jar, FormerBuild.findLibrary(folder));
    }

    @Test
    void addressesAreReadAsTheyWereWritten() {
        final EndpointAddress address = new EndpointAddress(new Gid(0, -2), 17, 1 << 23, -3, -4);

        assertEquals(address, QueuePairGroup.parse(QueuePairGroup.line(address)));
        assertThrows(IllegalArgumentException.class, () -> QueuePairGroup.parse("endpoint 1 2"));
    }

    /** A side that needs no process and fails in its second run. */
    private static final class FailingSide implements Side {

        private int runs;

        @Override
        public String name() {
            return "failing";
        }

        @Override
        public String description() {
            return "fails in its second run";
        }

        @Override
        public boolean isC() {
            return false;
        }

        @Override
        public Figures run(final Load load) throws IOException {
            if (runs++ == 1) {
                throw new IOException("a packet was lost");
            }
            return new Figures(10, 1000, 70, 90, new Figures.Range(60, 80), new Figures.Range(5, 5), 0, 400);
        }
    }

    @Test
    void aRunThatFailsIsReportedAndTheOthersCount() {
        final SoftRig rig =
            new SoftRig("soft", List.of(new FailingSide()), 3, new PrintStream(new ByteArrayOutputStream()));
        rig.compare(load(Transfer.READ, WaitMode.POLL, 1, 1));

        assertEquals(List.of("read-8-poll, failing, run 2: a packet was lost"), rig.failures());
        final List<OperationResult> results = rig.results("soft").operations();
        assertEquals(List.of("read-8-poll", "read-8-poll-processor-time"),
            results.stream().map(OperationResult::operation).toList());
        assertEquals(List.of(70.0, 40.0), results.stream().map(OperationResult::medianNs).toList());
        assertEquals(2, results.getFirst().runs().size());
        assertEquals(90, results.getFirst().at(99));
        assertTrue(results.stream().allMatch(result -> result.status() == Status.OK));
        assertEquals(0.07, Figure.P50.median(rig.measurements().get("read-8-poll").get("failing")));
    }
}
