// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;

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

/** A page of the documentation with programs in it, which tests compile and run. */
record MarkdownPage(String text) {

    /** Reads a page by its path in the project. */
    static MarkdownPage of(final String path) throws IOException {
        return new MarkdownPage(Files.readString(project().resolve(path)));
    }

    /** Tests run in the module's folder with Maven, and in the project's folder in the lab. */
    static Path project() {
        final Path here = Path.of("").toAbsolutePath();
        return Files.exists(here.resolve("ffm-verbs")) ? here : here.getParent();
    }

    /** Returns the compiled library. */
    static String library() {
        return project().resolve("ffm-verbs/target/classes").toString();
    }

    /** Returns the first block of a kind after a text. */
    String block(final String behind, final String kind) {
        final int start = text.indexOf("```" + kind + "\n", text.indexOf(behind)) + kind.length() + 4;
        return text.substring(start, text.indexOf("```", start));
    }

    /** Compiles for the oldest release that the library supports, without a warning. */
    static void compile(final Path folder, final String... arguments) {
        final List<String> all = new ArrayList<>(
            List.of("-Xlint:all", "-Werror", "--release", "22", "-d", folder.toString()));
        all.addAll(List.of(arguments));
        final ByteArrayOutputStream messages = new ByteArrayOutputStream();
        final PrintStream sink = new PrintStream(messages, true, StandardCharsets.UTF_8);

        final int status = ToolProvider.findFirst("javac").orElseThrow().run(sink, sink, all.toArray(String[]::new));

        assertEquals(0, status, messages.toString(StandardCharsets.UTF_8));
    }

    /** Runs a compiled program in this JVM and returns what it prints. */
    static String run(final Path folder, final String name, final String... arguments) throws Exception {
        final PrintStream console = System.out;
        final ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
            System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
            loader.loadClass(name).getMethod("main", String[].class).invoke(null, (Object) arguments);
        } finally {
            System.setOut(console);
        }
        return printed.toString(StandardCharsets.UTF_8).strip();
    }
}
