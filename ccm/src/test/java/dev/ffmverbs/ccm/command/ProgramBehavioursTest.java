// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.HandshakeProcess;
import dev.ffmverbs.ccm.NodePair;
import dev.ffmverbs.ccm.handshake.HandshakeStep;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The required behaviour of programs, numbered as in {@code ccm/README.md}. */
@Timeout(300)
class ProgramBehavioursTest {

    private static final int PORT = 47_100;

    private static Process start(
        final String role, final DemoPlacement.Place place, final DemoPlacement.Place partner, final int failAt)
        throws IOException {
        final List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java",
            "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m"));
        command.addAll(place.jvmOptions());
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", classPath(),
            HandshakeProcess.class.getName(), role, place.deviceName(), NodeLog.text(place.address()),
            NodeLog.text(partner.address()), Integer.toString(failAt)));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    /** All of this process's classes: the program needs no module. */
    private static String classPath() {
        final String tests = HandshakeProcess.class.getProtectionDomain().getCodeSource().getLocation().getPath();
        final String classes = HandshakeStep.class.getProtectionDomain().getCodeSource().getLocation().getPath();
        return String.join(":", Stream.of(System.getProperty("java.class.path"),
            System.getProperty("jdk.module.path"), tests, classes).filter(path -> path != null && !path.isEmpty())
            .toList());
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void row35AFreshPairOfProgramsShakesHandsWhenLoadedAndStopsAtAnyOfTheFourFaults(final NodePair pair)
        throws Exception {
        pair.require();
        final DemoPlacement place = DemoPlacement.choose(List.of(pair.deviceA().name()), PORT);
        final int steps = HandshakeStep.values().length;
        for (int failAt = 0; failAt <= steps; failAt++) {
            final Process accepting = start("accept", place.b(), place.a(), 0);
            try (BufferedReader output = accepting.inputReader()) {
                final String listening = output.readLine();
                assertTrue(listening != null && listening.startsWith("listening "), listening);
                final Process connecting = start("connect", place.a(), place.b(), failAt);
                final String trace = new String(connecting.getInputStream().readAllBytes());

                assertTrue(trace.contains("trace "
                    + List.of(HandshakeStep.values()).subList(0, failAt == 0 ? steps : failAt)), trace);
                assertEquals(0, connecting.waitFor(), trace);
            } finally {
                accepting.destroyForcibly().waitFor();
            }
        }
    }
}
