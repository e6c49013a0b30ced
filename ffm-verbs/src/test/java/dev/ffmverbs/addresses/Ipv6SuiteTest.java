// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.addresses;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs tests of the verbs and of the connection manager over IPv6, on two software devices of which one has a channel.
 * They run in a separate JVM, because the addresses of devices are fixed when they are first listed.
 */
class Ipv6SuiteTest {

    private static final long LIMIT_S = 280;

    private static final List<String> CLASSES = List.of("ReadWriteTest", "SendReceiveTest", "AtomicTest",
        "DatagramTest", "UnreliableConnectionTest", "ExtendedUnreliableTest", "SharedReceiveQueueTest",
        "CompletionChannelTest", "MulticastTest", "cm.ConnectionTest", "cm.ConnectionParametersTest",
        "cm.AddressOptionTest", "cm.DatagramsTest", "cm.MulticastMembershipTest");

    @TempDir
    private Path folder;

    @Test
    @Timeout(300)
    void theVerbsAndTheConnectionManagerWorkOverIpv6() throws Exception {
        try (VethNamespace namespace = new VethNamespace()) {
            final List<String> command = new ArrayList<>(namespace.prefix());
            command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m", "--enable-native-access=ALL-UNNAMED",
                "-Djunit.jupiter.execution.timeout.default=120s", "-Dsoftroce.addresses=fd77::1,fd77::2",
                "-Dsoftroce.socket.soft1=channel", "-Dverbs.ip=6",
                "-Dverbs.pairs=soft0-soft0,soft0-soft1,soft1-soft0,soft1-soft1",
                "-cp", VethNamespace.classPath(), "org.junit.platform.console.ConsoleLauncher", "execute",
                "--disable-banner", "--disable-ansi-colors", "--details=summary"));
            CLASSES.forEach(name -> command.addAll(List.of("--select-class", "dev.ffmverbs." + name)));
            final Path output = folder.resolve("output.txt");
            final Process process =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
            if (!process.waitFor(LIMIT_S, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            assertEquals(0, process.exitValue(), Files.readString(output));
        }
    }
}
