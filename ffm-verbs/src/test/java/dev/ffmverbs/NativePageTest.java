// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples of the page about verbs without a Java method compile, and run on native devices. */
@Timeout(120)
class NativePageTest {

    private static final String FUNCTION = "NodeTypeText";
    private static final String OPERATION = "CreateWithoutSymbol";

    @TempDir
    private Path folder;

    private static String example(final String name) throws IOException {
        final MarkdownPage page = MarkdownPage.of("ffm-verbs/NATIVE.md");
        return page.block(FUNCTION.equals(name) ? "## An exported function" : "## An operation without", "java");
    }

    private void compile(final String name) throws IOException {
        final Path source = Files.writeString(folder.resolve(name + ".java"), example(name));
        MarkdownPage.compile(folder, "-cp", MarkdownPage.library(), source.toString());
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void theExportedFunctionDescribesTheDevice(final DevicePair devices) throws Exception {
        NativeAddressTest.requireStructures(devices);
        compile(FUNCTION);

        final String printed = MarkdownPage.run(folder, FUNCTION, devices.left().name());

        assertTrue(List.of("InfiniBand channel adapter", "iWARP NIC").contains(printed), printed);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void theOperationWithoutASymbolCreatesAQueueAndDestroysIt(final DevicePair devices) throws Exception {
        NativeAddressTest.requireStructures(devices);
        devices.requireOtherThanSiw("has no ibv_create_srq_ex and no ibv_query_srq (siw_context_ops of libsiw)");
        compile(OPERATION);

        assertEquals("status 0, at least 100: true",
            MarkdownPage.run(folder, OPERATION, devices.left().name()));
    }

    /** A software device has no structures, and says so before anything is read. */
    @ParameterizedTest
    @CsvSource({FUNCTION, OPERATION})
    void aModuleThatAsksForThePackageCompilesAndRuns(final String name) throws Exception {
        final Path module = Files.writeString(folder.resolve("module-info.java"),
            "module my.program {\n    requires dev.ffmverbs;\n}\n");
        final Path source = Files.writeString(folder.resolve(name + ".java"), "package my.program;\n" + example(name));
        final String[] shown = MarkdownPage.of("ffm-verbs/NATIVE.md").block("ask for it when", "").strip().split("\n");
        final List<String> compiler = options(shown[0], "javac");
        compiler.addAll(List.of("-p", MarkdownPage.library(), module.toString(), source.toString()));
        MarkdownPage.compile(folder, compiler.toArray(String[]::new));

        final List<String> command = options(shown[1], "java");
        command.add(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
        final String address = PrivateLoopbackAddresses.address(0);
        command.addAll(List.of("-Dsoftroce.addresses=" + address, PrivateLoopbackAddresses.OTHER_UDP_PORT,
            "-p", MarkdownPage.library() + File.pathSeparator + folder,
            "-m", "my.program/my.program." + name, "soft0"));
        final Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        final String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertEquals(1, process.waitFor(), printed);
        assertTrue(printed.contains("UnsupportedVerbException: Device soft0 (softroce) does not support nativeAddress"),
            printed);
    }

    private static List<String> options(final String line, final String tool) {
        assertTrue(line.startsWith(tool + " ") && line.endsWith(" ..."), line);
        return new ArrayList<>(List.of(line.substring(tool.length() + 1, line.length() - 4).split(" ")));
    }

    @Test
    void aModuleThatDoesNotAskDoesNotCompile() throws Exception {
        final Path module = Files.writeString(folder.resolve("module-info.java"),
            "module my.program {\n    requires dev.ffmverbs;\n}\n");
        final Path source =
            Files.writeString(folder.resolve(FUNCTION + ".java"), "package my.program;\n" + example(FUNCTION));

        final AssertionError refused = assertThrows(AssertionError.class, () ->
            MarkdownPage.compile(folder, "-p", MarkdownPage.library(), module.toString(), source.toString()));

        assertTrue(refused.getMessage().contains("package dev.ffmverbs.jextract is not visible"), refused::getMessage);
    }
}
