// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReadmeExampleTest {

    private static final String NAME = "ReadRemoteMemory";

    @TempDir
    private Path folder;

    private static String block(final String behind, final String kind) throws IOException {
        return MarkdownPage.of("README.md").block(behind, kind);
    }

    private static String example() throws IOException {
        return block("## Use it", "java");
    }

    private void compileExample() throws IOException {
        final Path source = Files.writeString(folder.resolve(NAME + ".java"), example());
        MarkdownPage.compile(folder, "-cp", MarkdownPage.library(), source.toString());
    }

    @Test
    void compilesWithoutAWarning() throws IOException {
        compileExample();
        assertTrue(Files.exists(folder.resolve(NAME + ".class")));
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void readsTheNumber(final DevicePair devices) throws Exception {
        devices.require();
        compileExample();
        final String address;
        try (Context context = devices.left().open()) {
            address = Unsupported.isIwarp(devices.left()) ? ManagedEnds.address(context).getHostAddress()
                : ConnectedPair.Side.routableGid(context).gid().toString();
        }
        final String line = MarkdownPage.run(folder, NAME, devices.left().name(), address);
        final InetSocketAddress expected = new InetSocketAddress(InetAddress.ofLiteral(address), 0);
        assertTrue(line.startsWith(expected.toString().replaceAll("0$", "")) && line.endsWith(": SUCCESS 42"), line);
    }

    @Test
    void theModuleThatIsShownCompilesWithTheExample() throws IOException {
        final Path module = Files.writeString(folder.resolve("module-info.java"), block("is a module", "java"));
        final Path source = Files.writeString(folder.resolve(NAME + ".java"), "package my.program;\n" + example());

        MarkdownPage.compile(folder, "-p", MarkdownPage.library(), module.toString(), source.toString());

        assertTrue(Files.exists(folder.resolve("module-info.class")));
    }

    @Test
    void theCommandThatIsShownRunsTheExample() throws Exception {
        Files.writeString(folder.resolve(NAME + ".java"), example());
        final String address = PrivateLoopbackAddresses.address(0);
        final String shown = block("The arguments are a device", "").strip();
        final String jar = "ffm-verbs/target/ffm-verbs-0.1.0-SNAPSHOT.jar";
        assertTrue(shown.startsWith("java ") && shown.contains(jar), shown);
        final List<String> command = new ArrayList<>(List.of(shown.replace(jar, MarkdownPage.library())
            .replace("127.0.0.1", address).split(" ")));
        command.set(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add(1, "-Dsoftroce.addresses=" + address);
        command.add(1, PrivateLoopbackAddresses.OTHER_UDP_PORT);

        final Process process =
            new ProcessBuilder(command).directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        final String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();

        assertEquals(0, process.waitFor(), printed);
        assertTrue(printed.startsWith("/" + address + ":") && printed.endsWith(": SUCCESS 42"), printed);
    }

    @Test
    void theCompilerPluginIsShownWithTheRelease() throws IOException {
        final String plugin = block("compiled for Java", "xml");
        assertTrue(plugin.contains("maven-compiler-plugin") && plugin.contains("<release>22</release>"), plugin);
    }
}
