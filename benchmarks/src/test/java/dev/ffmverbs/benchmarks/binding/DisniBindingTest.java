// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.binding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ffmverbs.benchmarks.device.MeasuredDevice;
import dev.ffmverbs.benchmarks.process.JavaProgram;
import java.io.File;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** DiSNI is skipped with a reason, whatever is missing, and moves bytes where its native library is installed. */
@Timeout(500)
class DisniBindingTest {

    private static final String PEERS = "bench.peers";
    private static final String LIBRARY_PATH = "java.library.path";
    private static final MeasuredDevice DEVICE =
        new MeasuredDevice("rxe0", firstDevice(), MeasuredDevice.Kind.KERNEL);

    private final DisniBinding binding = new DisniBinding();

    @TempDir
    private Path folder;

    private static String firstDevice() {
        final String[] devices = new File("/sys/class/infiniband").list();
        return devices == null || devices.length == 0 ? "rxe0" : List.of(devices).stream().sorted().toList().getFirst();
    }

    private String reasonWith(final String property, final Path value) {
        final String former = System.setProperty(property, value.toString());
        try {
            return binding.whyNot(DEVICE).orElseThrow();
        } finally {
            if (former == null) {
                System.clearProperty(property);
            } else {
                System.setProperty(property, former);
            }
        }
    }

    @Test
    void saysWhereItsJarWasLookedFor() {
        final String reason = reasonWith(PEERS, folder.resolve("peers.classpath"));

        assertTrue(reason.contains("the jar of disni is not in " + folder), reason);
    }

    @Test
    void saysWhereItsNativeLibraryWasLookedForAndHowToGetIt() {
        final String reason = reasonWith(LIBRARY_PATH, folder);

        assertTrue(reason.startsWith("DiSNI's native library, libdisni.so, is in none of " + folder + ";"), reason);
        assertTrue(reason.contains("build it from github.com/zrlio/disni"), reason);
        assertTrue(reason.contains("LD_LIBRARY_PATH"), reason);
    }

    @Test
    void saysWhyItsNativeLibraryDoesNotLoad() throws IOException {
        final Path library = Files.writeString(folder.resolve(System.mapLibraryName("disni")), "no library");

        final String reason = reasonWith(LIBRARY_PATH, folder);

        assertTrue(reason.startsWith("DiSNI's native library, libdisni.so, does not load: "), reason);
        assertTrue(reason.contains(library + ": "), reason);
    }

    @Test
    void saysWhatItSaidIfItCannotConnect() {
        final String printed = "Exception in thread \"main\" java.io.UncheckedIOException: DiSNI cannot connect\\n"
            + "\\tat x\\nCaused by: java.io.IOException: no route\\n";

        assertEquals(Optional.of("DiSNI cannot: java.io.UncheckedIOException: DiSNI cannot connect; Caused by:"
            + " java.io.IOException: no route"),
            DisniTrial.run(List.of("sh", "-c", "printf '" + printed + "'; exit 1")));
    }

    @ParameterizedTest
    @EnumSource(value = MeasuredDevice.Kind.class, names = {"STUB", "SOFT"})
    void isNotTriedOnDevicesThatLibrdmacmDoesNotKnow(final MeasuredDevice.Kind kind) {
        final String reason = binding.whyNot(new MeasuredDevice("x", "x", kind)).orElseThrow();

        assertTrue(reason.contains("librdmacm"), reason);
    }

    @Test
    void movesBytesAndMessagesBetweenTwoEnds() {
        final Optional<String> reason = binding.whyNot(DEVICE);
        assumeTrue(reason.isEmpty(), () -> reason.orElse(""));
        final List<String> options = new ArrayList<>(binding.jvmOptions(DEVICE));
        options.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1"));

        assertEquals(Optional.empty(),
            DisniTrial.run(JavaProgram.command(options, DisniBindingTest.class, DEVICE.verbsName())));
    }

    /** Moves bytes in a process that has the JVM options of the binding, which that of the tests has not. */
    public static void main(final String[] arguments) {
        try (DisniSession session = new DisniBinding().open(arguments[0], 8192)) {
            for (final Transfer transfer : List.of(Transfer.READ, Transfer.WRITE, Transfer.SEND)) {
                for (final int requests : new int[] {1, BindingSession.BATCH}) {
                    move(session, transfer, requests);
                }
            }
        }
    }

    private static void move(final DisniSession session, final Transfer transfer, final int requests) {
        final boolean reads = transfer == Transfer.READ;
        session.near().set(ValueLayout.JAVA_LONG, 0, reads ? 0 : requests);
        session.far().set(ValueLayout.JAVA_LONG, 0, reads ? requests : 0);
        session.prepare(transfer, requests, Long.BYTES, true);
        for (int i = 0; transfer == Transfer.SEND && i < requests; i++) {
            session.postReceive();
        }
        session.post();
        take(session, requests, session::poll);
        if (transfer == Transfer.SEND) {
            take(session, requests, session::pollReceives);
        }
        assertEquals(requests, (reads ? session.near() : session.far()).get(ValueLayout.JAVA_LONG, 0));
    }

    private static void take(final BindingSession session, final int wanted, final IntSupplier poll) {
        for (int taken = 0; taken < wanted;) {
            taken += poll.getAsInt();
            assertTrue(session.hasLastPollSucceeded());
        }
    }
}
