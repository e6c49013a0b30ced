// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.coverage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ffmverbs.layout.CompilerProbe;
import dev.ffmverbs.layout.HeaderNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every function of the C headers has a row that says how it is called from Java, and every row is true.
 *
 * <p>The rows are lines of {@code verbs.txt}, {@code rdma_cma.txt} and {@code pyverbs.txt} among the resources of this
 * package. After a change, {@code mvn -pl ffm-verbs test -Dtest=CoverageTest
 * -Dtest.jvm.arguments=-Dcoverage.write=true} rewrites the page {@code ffm-verbs/VERBS.md}.
 */
@Timeout(120)
class CoverageTest {

    private static final String VERBS = "verbs";
    private static final String CONNECTIONS = "rdma_cma";

    /** The release of the headers that Debian 12 has, and the generated package is made from. */
    private static final int RELEASE = 44;

    /** The tests of pyverbs that pass on rxe, and those of them that cannot be expressed here. */
    private static final int PARITY_ROWS = 96;
    private static final int NOT_EXPRESSIBLE = 2;

    @TempDir
    private Path directory;

    private static Path page() {
        final Path name = Path.of("VERBS.md");
        return Files.exists(Path.of("ffm-verbs")) ? Path.of("ffm-verbs").resolve(name) : name;
    }

    private static List<FunctionRow> allFunctions() throws IOException {
        final List<FunctionRow> rows = new ArrayList<>(CoverageTables.functions(VERBS));
        rows.addAll(CoverageTables.functions(CONNECTIONS));
        return rows;
    }

    @ParameterizedTest
    @ValueSource(strings = {VERBS, CONNECTIONS})
    void everyFunctionOfRdmaCoreHasOneRow(final String header) throws IOException {
        assertEquals(CoverageTables.names(header),
            CoverageTables.functions(header).stream().map(FunctionRow::name).toList());
    }

    @Test
    void everyFunctionOfTheInstalledHeadersHasARowThatKnowsItsAge() throws Exception {
        final CompilerProbe probe = new CompilerProbe(directory);
        final String obstacle = probe.obstacle();
        assumeTrue(obstacle.isEmpty(), obstacle);
        final int release = probe.rdmaCoreRelease(RELEASE);
        final HeaderNames headers = probe.namesOf("infiniband/verbs.h", "rdma/rdma_cma.h");
        final Set<String> installed = headers.publicFunctions();
        final List<FunctionRow> rows = allFunctions();

        final Set<String> withoutRow = new TreeSet<>(installed);
        rows.forEach(row -> withoutRow.remove(row.name()));
        final List<String> tooOld = rows.stream()
            .filter(row -> row.state() == FunctionRow.State.NEWER && release <= RELEASE)
            .map(FunctionRow::name).filter(installed::contains).toList();
        final List<String> notThere = rows.stream()
            .filter(row -> row.state() == FunctionRow.State.WAY_OUT && !row.hasRemark() && release >= RELEASE)
            .map(FunctionRow::name).filter(name -> !installed.contains(name)).toList();

        assertEquals(Set.of(), withoutRow, "functions of the installed headers without a row");
        assertEquals(List.of(), tooOld, "called newer than the headers that have them");
        assertEquals(List.of(), notThere, "called by a way that the headers lack");
    }

    @Test
    void everyRowNamesMethodsAndTestsThatExist() throws IOException {
        final List<String> flaws = new ArrayList<>();
        for (final FunctionRow row : allFunctions()) {
            if (row.isTyped() && row.ways().isEmpty()) {
                flaws.add(row.name() + " is typed, but names no method");
            }
            row.ways().stream()
                .map(row.isTyped() ? NamedMembers::flawOfApi : NamedMembers::flawOfWayOut)
                .flatMap(Optional::stream).forEach(flaw -> flaws.add(row.name() + ": " + flaw));
            if (row.isTyped() || !row.hasRemark() && !FunctionRow.NONE.equals(row.test())) {
                NamedMembers.flawOfTest(row.test()).ifPresent(flaw -> flaws.add(row.name() + ": " + flaw));
            }
        }
        for (final ParityRow row : CoverageTables.parity()) {
            row.tests().stream().map(NamedMembers::flawOfTest).flatMap(Optional::stream)
                .forEach(flaw -> flaws.add(row.name() + ": " + flaw));
        }

        assertEquals("", String.join("\n", flaws));
    }

    @Test
    void theParityListHasEveryTestOfPyverbsOnce() throws IOException {
        final List<ParityRow> rows = CoverageTables.parity();

        assertEquals(PARITY_ROWS, rows.stream().map(ParityRow::name).distinct().count());
        assertEquals(PARITY_ROWS, rows.size());
        assertEquals(NOT_EXPRESSIBLE, rows.stream().filter(row -> !row.isExpressible()).count());
    }

    @Test
    void namesThatDoNotExistAreFound() {
        assertEquals("there is no public method Context.gids", NamedMembers.flawOfApi("Context.gids").orElse(""));
        assertEquals("there is no public type VerbsObject", NamedMembers.flawOfApi("VerbsObject").orElse(""));
        assertEquals("nothing to call is generated for verbs_context.sz",
            NamedMembers.flawOfWayOut("verbs_context.sz").orElse(""));
        assertEquals("there is no test ContextTest.open", NamedMembers.flawOfTest("ContextTest.open").orElse(""));
        assertEquals(List.of(), Stream.of(NamedMembers.flawOfApi("Context.gid"),
            NamedMembers.flawOfWayOut("ffm_verbs_h.ibv_query_ece"), NamedMembers.flawOfWayOut("ibv_wq.post_recv"),
            NamedMembers.flawOfTest("coverage.CoverageTest.namesThatDoNotExistAreFound"))
            .flatMap(Optional::stream).collect(Collectors.toList()));
    }

    @Test
    void thePageSaysWhatTheRowsSay() throws IOException {
        final String text = CoveragePage.write(
            CoverageTables.functions(VERBS), CoverageTables.functions(CONNECTIONS), CoverageTables.parity());
        if (Boolean.getBoolean("coverage.write")) {
            Files.writeString(page(), text);
        }
        assertEquals(text, Files.readString(page()), "see the comment of this class");
    }
}
