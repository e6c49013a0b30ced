// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.NodePair;
import dev.ffmverbs.ccm.injection.VerbsCallsProgram;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever call of a verb of the software device fails, the verb then holds nothing that others wait for. */
@Timeout(600)
class InjectedCallsTest {

    private static final long LIMIT_S = 500;

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aVerbThatFailsAnywhereHoldsNothing(final int errorsInARow, @TempDir final Path folder) throws Exception {
        final NodePair pair = NodePair.all().filter(nodes -> nodes.deviceA() != null
            && "softroce".equals(nodes.deviceA().provider())).findFirst().orElse(null);
        Assumptions.assumeTrue(pair != null, "errors are injected into the software device");
        final List<String> options = new ArrayList<>(DemoPlacement.choose(List.of(pair.deviceA().name()),
            pair.endpointA().getPort() + 20_000).a().jvmOptions());
        options.add("-javaagent:" + InjectedErrorsTest.agentJar(folder));
        try (ProgramProcess program = new ProgramProcess(
            VerbsCallsProgram.class, options, List.of(Integer.toString(errorsInARow)))) {
            final String outcome = program.await(
                line -> line.startsWith("rounds ") || line.startsWith("held "), "outcome", LIMIT_S);

            assertTrue(outcome.startsWith("rounds "), outcome);
            System.out.println(errorsInARow + " errors in a row at every call, " + outcome);
        }
    }
}
