// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReadmeExampleTest {

    private static final String NAME = "ReadRemoteMemory";

    @TempDir
    private Path folder;

    /** Tests run in the module's folder with Maven, and in the project's folder in the lab. */
    private static Path project() {
        final Path here = Path.of("").toAbsolutePath();
        return Files.exists(here.resolve("ffm-verbs")) ? here : here.getParent();
    }

    private static String readme() throws IOException {
        return Files.readString(project().resolve("README.md"));
    }

    /** Returns the first block of a kind after a text. */
    private static String block(final String behind, final String kind) throws IOException {
        final String readme = readme();
        final int start = readme.indexOf("```" + kind + "\n", readme.indexOf(behind)) + kind.length() + 4;
        return readme.substring(start, readme.indexOf("```", start));
    }

    private static String example() throws IOException {
        return block("## Use it", "java");
    }

    private static String library() {
        return project().resolve("ffm-verbs/target/classes").toString();
    }

    private void compileExample() throws IOException {
        final Path source = Files.writeString(folder.resolve(NAME + ".java"), example());
        compile("-cp", library(), source.toString());
    }

    private void compile(final String... arguments) {
        final List<String> all = new ArrayList<>(
            List.of("-Xlint:all", "-Werror", "--release", "22", "-d", folder.toString()));
        all.addAll(List.of(arguments));
        final ByteArrayOutputStream messages = new ByteArrayOutputStream();
        final PrintStream sink = new PrintStream(messages, true, StandardCharsets.UTF_8);

        final int status = ToolProvider.findFirst("javac").orElseThrow().run(sink, sink, all.toArray(String[]::new));

        assertEquals(0, status, messages.toString(StandardCharsets.UTF_8));
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
            address = ConnectedPair.Side.routableGid(context).gid().toString();
        }
        final PrintStream console = System.out;
        final ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
            System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
            loader.loadClass(NAME).getMethod("main", String[].class)
                .invoke(null, (Object) new String[] {devices.left().name(), address});
        } finally {
            System.setOut(console);
        }
        final String line = printed.toString(StandardCharsets.UTF_8).strip();
        assertTrue(line.startsWith("/" + address + ":") && line.endsWith(": SUCCESS 42"), line);
    }

    @Test
    void theModuleThatIsShownCompilesWithTheExample() throws IOException {
        final Path module = Files.writeString(folder.resolve("module-info.java"), block("is a module", "java"));
        final Path source = Files.writeString(folder.resolve(NAME + ".java"), "package my.program;\n" + example());

        compile("-p", library(), module.toString(), source.toString());

        assertTrue(Files.exists(folder.resolve("module-info.class")));
    }

    @Test
    void theCommandThatIsShownRunsTheExample() throws Exception {
        Files.writeString(folder.resolve(NAME + ".java"), example());
        final String address = PrivateLoopbackAddresses.address(0);
        final String shown = block("The arguments are a device", "").strip();
        final String jar = "ffm-verbs/target/ffm-verbs-0.1.0-SNAPSHOT.jar";
        assertTrue(shown.startsWith("java ") && shown.contains(jar), shown);
        final List<String> command = new ArrayList<>(List.of(shown.replace(jar, library())
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
