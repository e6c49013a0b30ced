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
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReadmeExampleTest {

    private static final String NAME = "ReadRemoteMemory";

    @TempDir
    private Path folder;

    /** Tests run in the module's folder under Maven, and in the project's in the lab. */
    private static Path project() {
        final Path here = Path.of("").toAbsolutePath();
        return Files.exists(here.resolve("ffm-verbs")) ? here : here.getParent();
    }

    private void compileExample() throws IOException {
        final String readme = Files.readString(project().resolve("README.md"));
        final int start = readme.indexOf("```java\n") + "```java\n".length();
        final Path source = folder.resolve(NAME + ".java");
        Files.writeString(source, readme.substring(start, readme.indexOf("```", start)));
        final ByteArrayOutputStream messages = new ByteArrayOutputStream();

        final PrintStream sink = new PrintStream(messages, true, StandardCharsets.UTF_8);
        final int status = ToolProvider.findFirst("javac").orElseThrow().run(sink, sink,
            "-Xlint:all", "-Werror", "--release", "22", "-d", folder.toString(),
            "-cp", project().resolve("ffm-verbs/target/classes").toString(), source.toString());

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
}
