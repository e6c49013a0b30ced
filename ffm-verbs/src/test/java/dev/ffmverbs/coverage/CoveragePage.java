// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.coverage;

import java.util.List;
import java.util.stream.Collectors;

/** Writes the page that lists all functions of the C headers, and the tests of pyverbs with their counterparts. */
final class CoveragePage {

    private static final String INTRODUCTION = """
        # Every verb, typed or called by its C name

        This page lists every function of `verbs.h` and `rdma_cma.h` of rdma-core %d. The installed headers, with which
        the build compares it, may be older. `CoverageTest` generates the page, and fails when a function has no row, or
        when a method or test that a row names does not exist.

        * A function with a Java method is **typed**. The test runs on every device that has the function. A few methods
          do what the function does by other functions, such as `Verbs.devices`.
        * *Not on software devices* marks methods that the software RoCEv2 device refuses with an
          `UnsupportedVerbException`.
        * The **way out** is the generated function, or the function pointer without a symbol, that a program calls with
          `nativeAddress()`. [NATIVE](NATIVE.md) explains how. Software devices have no native addresses. The layouts of
          all structures are compared with the C compiler's by `GeneratedLayoutsTest`.
        * **Newer** functions are not in the headers of rdma-core 44, from which the package is generated.

        The last column names the devices of the [lab](../benchmarks/lab/README.md) that execute the function with
        Linux 6.1 and rdma-core 44: `rxe` (RoCE) and `siw` (iWARP). `any` stands for functions that need no device.
        """;

    private CoveragePage() {
    }

    static String write(
        final List<FunctionRow> verbs, final List<FunctionRow> connections, final List<ParityRow> parity) {
        return INTRODUCTION.formatted(CoverageTables.NAMES_OF_RELEASE)
            + "\n| | functions | typed | of these not on software devices | way out | newer |\n"
            + "|---|---|---|---|---|---|\n"
            + summary("verbs.h", verbs) + summary("rdma_cma.h", connections)
            + section("verbs.h", verbs) + section("rdma_cma.h", connections) + section(parity);
    }

    private static String summary(final String header, final List<FunctionRow> rows) {
        return "| `" + header + "` | " + rows.size() + " | " + rows.stream().filter(FunctionRow::isTyped).count()
            + " | " + count(rows, FunctionRow.State.NATIVE) + " | " + count(rows, FunctionRow.State.WAY_OUT) + " | "
            + count(rows, FunctionRow.State.NEWER) + " |\n";
    }

    private static long count(final List<FunctionRow> rows, final FunctionRow.State state) {
        return rows.stream().filter(row -> row.state() == state).count();
    }

    private static String section(final String header, final List<FunctionRow> rows) {
        return "\n## " + header + "\n\n| function | in Java | test | runs on |\n|---|---|---|---|\n"
            + rows.stream().map(CoveragePage::line).collect(Collectors.joining());
    }

    private static String line(final FunctionRow row) {
        final String ways = row.ways().stream().map(CoveragePage::code).collect(Collectors.joining(", "));
        final String inJava = switch (row.state()) {
            case TYPED -> ways;
            case NATIVE -> ways + " *(not on software devices)*";
            case WAY_OUT -> row.hasRemark() ? "*" + row.test() + "*" : "*way out:* " + ways;
            case NEWER -> "*newer*";
        };
        final String test = row.hasRemark() || FunctionRow.NONE.equals(row.test()) ? "" : code(row.test());
        return "| `" + row.name() + "` | " + inJava + " | " + test + " | "
            + (FunctionRow.NONE.equals(row.runsOn()) ? "" : row.runsOn()) + " |\n";
    }

    private static String section(final List<ParityRow> rows) {
        final long expressible = rows.stream().filter(ParityRow::isExpressible).count();
        final long tested = rows.stream().filter(row -> !row.tests().isEmpty()).count();
        return "\n## The tests of pyverbs\n\nOf the tests of pyverbs 44, " + rows.size() + " pass on Linux rxe. "
            + tested + " of the " + expressible + " that can be expressed here have a counterpart.\n\n"
            + "| test of pyverbs | test here |\n|---|---|\n"
            + rows.stream().map(CoveragePage::line).collect(Collectors.joining());
    }

    private static String line(final ParityRow row) {
        final String counterpart = !row.isExpressible() ? "*cannot be expressed: " + row.reason() + "*"
            : row.tests().isEmpty() ? "*missing*"
            : row.tests().stream().map(CoveragePage::code).collect(Collectors.joining(", "));
        return "| `" + row.name() + "` | " + counterpart + " |\n";
    }

    private static String code(final String name) {
        return "`" + name + "`";
    }
}
