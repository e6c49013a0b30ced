// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ffmverbs.ccm.HandshakeProcess;
import dev.ffmverbs.ccm.NodePair;
import dev.ffmverbs.ccm.value.HandshakeStep;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The required behaviour of programs, numbered as in {@code ccm/README.md}. */
@Timeout(300)
class ProgramBehavioursTest {

    private static final int PORT = 47_100;
    private static final long LIMIT_S = 60;
    private static final int PAIRS = 5;

    private static ProgramProcess start(
        final String role, final DemoPlacement.Place place, final DemoPlacement.Place partner, final int failAt)
        throws IOException {
        return new ProgramProcess(HandshakeProcess.class, place.jvmOptions(), List.of(role, place.deviceName(),
            NodeLog.text(place.address()), NodeLog.text(partner.address()), Integer.toString(failAt)));
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void row35AFreshPairOfProgramsShakesHandsWhenLoadedAndStopsAtAnyOfTheFourFaults(final NodePair pair)
        throws Exception {
        pair.require();
        final DemoPlacement place = DemoPlacement.choose(List.of(pair.deviceA().name()), PORT);
        final int steps = HandshakeStep.values().length;
        for (int failAt = 0; failAt <= steps; failAt++) {
            final String expected = "trace " + List.of(HandshakeStep.values()).subList(0, failAt == 0 ? steps : failAt);
            String trace = trace(place, failAt);
            for (int pairs = 1; pairs < PAIRS && isCutShort(trace, expected); pairs++) {
                trace = trace(place, failAt);
            }
            assertEquals(expected, trace);
        }
    }

    private static String trace(final DemoPlacement place, final int failAt) throws Exception {
        try (ProgramProcess accepting = start("accept", place.b(), place.a(), 0)) {
            accepting.await(line -> line.startsWith("listening "), "listening node", LIMIT_S);
            try (ProgramProcess connecting = start("connect", place.a(), place.b(), failAt)) {
                final String trace = connecting.await(line -> line.startsWith("trace "), "trace", LIMIT_S);
                accepting.kill();
                return trace;
            }
        }
    }

    /** Whether a step failed that was not meant to fail. A busy machine may keep a program from answering in time. */
    private static boolean isCutShort(final String trace, final String expected) {
        return trace.length() < expected.length() && expected.startsWith(trace.substring(0, trace.length() - 1));
    }
}
