// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.addresses;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Software devices use all addresses of an interface that is not the loopback interface. */
class AddressesTest {

    private static final long LIMIT_S = 50;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"fast", "channel"})
    void devicesUseAllAddressesOfTheirInterface(final String socket) throws Exception {
        try (VethNamespace namespace = new VethNamespace()) {
            final List<String> command = new ArrayList<>(namespace.prefix());
            command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m", "--enable-native-access=ALL-UNNAMED",
                "-Dsoftroce.addresses=10.77.0.1,10.77.0.2", "-Dsoftroce.socket=" + socket,
                "-cp", VethNamespace.classPath(), AddressesProgram.class.getName()));
            final Path output = folder.resolve("output.txt");
            final Process process =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
            if (!process.waitFor(LIMIT_S, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            assertEquals(0, process.exitValue(), Files.readString(output));
            assertTrue(Files.readString(output).contains(AddressesProgram.DONE), Files.readString(output));
        }
    }
}
