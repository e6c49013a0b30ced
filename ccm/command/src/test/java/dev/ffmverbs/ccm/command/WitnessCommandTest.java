// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.NodePair;
import dev.ffmverbs.ccm.PartnerAddress;
import dev.ffmverbs.ccm.ownership.OwnershipWord;
import dev.ffmverbs.ccm.witness.WitnessArbiter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The witness as a program. */
@Timeout(180)
class WitnessCommandTest {

    private static final int PORT = 47_400;
    private static final long LIMIT_S = 60;
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(LIMIT_S);
    private static final OwnershipWord FIRST = new OwnershipWord(1, 0);

    private static ProgramProcess start(final DemoPlacement.Place place) throws Exception {
        final ProgramProcess witness = new ProgramProcess(CcmCommand.class, place.jvmOptions(),
            List.of("witness", "--device", place.deviceName(), "--listen", NodeLog.text(place.address())));
        witness.await(line -> line.contains("witness listens at " + NodeLog.text(place.address())), "witness", LIMIT_S);
        return witness;
    }

    private static WitnessArbiter open(final NodePair devices, final InetSocketAddress witness) {
        return WitnessArbiter.builder(devices.deviceA(), "A", new InetSocketAddress(devices.addressA(), PORT + 2),
            new PartnerAddress("B", new InetSocketAddress(devices.addressA(), PORT + 3))).witness(witness).open();
    }

    private static String status(final String name) {
        final StringWriter output = new StringWriter();
        final PrintWriter printer = new PrintWriter(output, true);
        assertEquals(0, CcmCommand.commandLine().setOut(printer).setErr(printer).execute("status", name),
            output.toString());
        return output.toString();
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void aWitnessSaysWhatItServesAndEndsOnASignal(final NodePair devices) throws Exception {
        devices.require();
        final DemoPlacement.Place place = DemoPlacement.choose(List.of(devices.deviceA().name()), PORT).a();
        try (ProgramProcess witness = start(place);
            WitnessArbiter arbiter = open(devices, place.address())) {
            arbiter.read(LIMIT_NS);
            assertTrue(arbiter.foundWith(FIRST, LIMIT_NS));
            witness.await(line -> line.contains("witness pair A+B: nodes connected: 1"), "line of the pair", LIMIT_S);

            final String shown = status("witness-" + PORT);
            assertTrue(shown.startsWith("Witness at " + NodeLog.text(place.address())), shown);
            assertTrue(shown.contains("  pair A+B: term 1 won by A, nodes connected: 1"), shown);

            witness.signal("TERM");
            witness.await(line -> line.endsWith("witness ended"), "last line", LIMIT_S);
            assertEquals(0, witness.awaitExit());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void decisionsGoOnAtAWitnessThatIsStoppedIfItsDeviceAnswersWithoutIt(final NodePair devices) throws Exception {
        devices.require();
        final DemoPlacement.Place place = DemoPlacement.choose(List.of(devices.deviceA().name()), PORT).a();
        Assumptions.assumeFalse(place.isSoftware(),
            "a software device is a part of the program, and stops with it");
        try (ProgramProcess witness = start(place);
            WitnessArbiter arbiter = open(devices, place.address())) {
            arbiter.read(LIMIT_NS);
            assertTrue(arbiter.foundWith(FIRST, LIMIT_NS));

            witness.signal("STOP");
            for (long term = 2; term < 100; term++) {
                assertTrue(arbiter.win(new OwnershipWord(term, 0), LIMIT_NS));
                assertTrue(arbiter.renew(new OwnershipWord(term, 0), LIMIT_NS));
            }
            witness.signal("CONT");
        }
    }
}
