// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LockedMemoryLimitTest {

    /** The program of the limited process. It registers one mebibyte and prints the result. */
    static final class Registering {

        private Registering() {
        }

        public static void main(final String[] arguments) {
            try (Context context = Verbs.open(arguments[0]);
                 ProtectionDomain domain = context.allocateProtectionDomain();
                 MemoryRegion region = domain.allocate(1 << 20, Access.LOCAL_WRITE)) {
                System.out.println("registered " + region);
            } catch (final VerbsException e) {
                System.out.println(e.errnoName() + " " + e.getMessage());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void tooLowALimitIsNamedWithTheWayToRaiseIt(final DevicePair devices) throws IOException, InterruptedException {
        devices.require();
        Assumptions.assumeTrue("ibverbs".equals(devices.left().provider()),
            "only the kernel's devices lock memory, not " + devices.left());
        for (final String tool : new String[] {"/usr/bin/setpriv", "/usr/bin/prlimit"}) {
            Assumptions.assumeTrue(Files.isExecutable(Path.of(tool)), tool + " of util-linux is not installed");
        }
        final Process limited = new ProcessBuilder("setpriv", "--bounding-set", "-ipc_lock", "--inh-caps", "-ipc_lock",
            "prlimit", "--memlock=65536",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED", "-cp", classPath(),
            Registering.class.getName(), devices.left().name())
            .redirectErrorStream(true).start();
        final String output = new String(limited.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertEquals(0, limited.waitFor(), output);
        assertTrue(output.startsWith("ENOMEM ibv_reg_mr("), output);
        assertTrue(output.contains("65536 bytes") && output.contains("ulimit -l"), output);
    }

    private static String classPath() throws IOException {
        final Path classes = Path.of("ffm-verbs", "target", "classes");
        final Path here = Files.isDirectory(classes) ? classes : Path.of("target", "classes");
        return here + File.pathSeparator + here.resolveSibling("test-classes");
    }
}
