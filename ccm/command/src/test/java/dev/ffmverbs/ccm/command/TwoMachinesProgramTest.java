// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.HandshakeProcess;
import dev.ffmverbs.ccm.OtherMachine;
import dev.ffmverbs.ccm.value.HandshakeStep;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@link ProgramBehavioursTest}'s row with the two programs on two machines. */
@Timeout(600)
class TwoMachinesProgramTest {

    @RegisterExtension
    static final OtherMachine OTHER = new OtherMachine();

    private static final String SOFTWARE_ADDRESSES = "softroce.addresses";
    private static final long LIMIT_S = 90;

    private static ProgramProcess start(final String role, final int failAt) throws IOException {
        final List<String> jvmOptions = Stream.ofNullable(System.getProperty(SOFTWARE_ADDRESSES))
            .map(addresses -> "-D" + SOFTWARE_ADDRESSES + "=" + addresses).toList();
        return new ProgramProcess(HandshakeProcess.class, jvmOptions, List.of(role, OTHER.device().name(),
            NodeLog.text(OTHER.ownAddress()), NodeLog.text(OTHER.partnerAddress()), Integer.toString(failAt)));
    }

    @Test
    void row35AFreshPairOfProgramsShakesHandsWhenLoadedAndStopsAtAnyOfTheFourFaults() throws Exception {
        final List<HandshakeStep> steps = List.of(HandshakeStep.values());
        for (int failAt = 0; failAt <= steps.size(); failAt++) {
            if (OTHER.isFirst()) {
                OTHER.meet("listening");
                try (ProgramProcess connecting = start("connect", failAt)) {
                    assertEquals("trace " + steps.subList(0, failAt == 0 ? steps.size() : failAt),
                        connecting.await(line -> line.startsWith("trace "), "trace", LIMIT_S));
                }
                OTHER.meet("traced");
            } else {
                try (ProgramProcess accepting = start("accept", 0)) {
                    final String listening =
                        accepting.await(line -> line.startsWith("listening "), "listening node", LIMIT_S);
                    assertTrue(listening.length() > "listening ".length(), listening);
                    OTHER.meet("listening");
                    OTHER.meet("traced");
                    accepting.kill();
                }
            }
        }
    }
}
