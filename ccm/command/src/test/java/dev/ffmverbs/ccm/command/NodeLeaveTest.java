// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.NodePair;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A node that leaves while its partner is late or dead, with the thresholds and time limits that are the default. */
@Timeout(120)
class NodeLeaveTest {

    private static final AtomicInteger NEXT_PORT = new AtomicInteger(47_500);
    private static final long LIMIT_S = 60;

    /** Less than the time after which a partner is dead. */
    private static final long LATE_MS = 2_500;

    private ProgramProcess a;
    private ProgramProcess b;

    @AfterEach
    void endNodes() {
        for (final ProgramProcess node : new ProgramProcess[] {a, b}) {
            if (node != null) {
                node.close();
            }
        }
    }

    private static ProgramProcess start(
        final String name, final DemoPlacement.Place own, final String partner, final DemoPlacement.Place other)
        throws IOException {
        final List<String> arguments = new ArrayList<>(List.of("node", "--name", name, "--device", own.deviceName(),
            "--listen", NodeLog.text(own.address()), "--partner", partner + "=" + NodeLog.text(other.address())));
        return new ProgramProcess(CcmCommand.class, own.jvmOptions(), arguments);
    }

    private static boolean isSessionWith(final String partner, final String line) {
        return line.contains("session with " + partner) && !line.contains("no session");
    }

    private void startBoth(final NodePair nodes) throws Exception {
        nodes.require();
        final DemoPlacement placement =
            DemoPlacement.choose(List.of(nodes.deviceA().name()), NEXT_PORT.getAndAdd(3));
        a = start("A", placement.a(), "B", placement.b());
        b = start("B", placement.b(), "A", placement.a());
        a.await(line -> isSessionWith("B", line), "session at A", LIMIT_S);
        b.await(line -> isSessionWith("A", line), "session at B", LIMIT_S);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void itWaitsForAPartnerThatIsLate(final NodePair nodes) throws Exception {
        startBoth(nodes);

        b.signal("STOP");
        a.signal("TERM");
        Thread.sleep(LATE_MS);
        b.signal("CONT");

        assertEquals(0, a.awaitExit(), () -> a.lines.toString());
        assertTrue(a.lines.stream().anyMatch(line -> line.contains("left cleanly")), () -> a.lines.toString());
    }

    /** What is dead will never see it. */
    @ParameterizedTest
    @ValueSource(strings = {"KILL", "STOP"})
    void itWaitsNoLongerThanUntilAPartnerIsDead(final String signal) throws Exception {
        startBoth(NodePair.single().findFirst().orElseThrow());

        b.signal(signal);
        a.signal("TERM");

        assertEquals(0, a.awaitExit(), () -> a.lines.toString());
        assertTrue(a.lines.stream().anyMatch(line -> line.contains("left cleanly")), () -> a.lines.toString());
    }
}
