// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A copy of the launcher in a separate folder, with jars of the classes under test once it is built. */
final class LauncherProject {

    /** Tests run in the folder of their module, or in the project's when they run without Maven. */
    static final Path SCRIPTS = Path.of(Files.isDirectory(Path.of("ccm")) ? "ccm/bin" : "../bin");

    /** Where a build leaves its results. */
    static final String TARGET = "ccm/command/target";

    /** What the command needs, already packed. The tests need more. */
    private static final Pattern NEEDED_JAR = Pattern.compile("(ffm-verbs|ccm|picocli|jackson)-.*(?<!-tests)\\.jar");
    private static final long LIMIT_S = 120;

    /** With a space, and with letters that this JVM can name in the locale of the tests. */
    private static final String FOLDER = isUnicode() ? "a project, größer als üblich" : "a project";

    private final Path root;
    private final Path prepared;

    /** The outcome of a run of the launcher. */
    record Outcome(int status, String output, String errors) {
    }

    /** A project that is not built, on a machine without Maven. */
    LauncherProject(final Path root) throws IOException {
        this.root = Files.createDirectories(root.resolve(FOLDER));
        this.prepared = root.resolve("prepared");
        copy(SCRIPTS, this.root.resolve("ccm/bin"));
        Files.createDirectories(this.root.resolve("ccm/command/src/main"));
        Files.createDirectories(this.root.resolve("tools"));
        for (final String pom : List.of("pom.xml", "ccm/command/pom.xml")) {
            Files.writeString(this.root.resolve(pom), "");
        }
    }

    /** Whether paths can have letters that ASCII has not. */
    static boolean isUnicode() {
        return "UTF-8".equals(System.getProperty("sun.jnu.encoding"));
    }

    private static void copy(final Path from, final Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (final Path file : files.toList()) {
                final Path copy = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
    }

    Path path(final String path) {
        return root.resolve(path);
    }

    /** Returns the class cache that the launcher created; there must be exactly one. */
    Path cache() throws IOException {
        try (Stream<Path> files = Files.list(path(TARGET))) {
            return files.filter(file -> file.getFileName().toString().startsWith("start_")).reduce((first, second) -> {
                throw new AssertionError("two caches: " + first + ", " + second);
            }).orElseThrow();
        }
    }

    /** What the runs printed from which the cache was created. */
    String cacheLog() throws IOException {
        return Files.readString(path(TARGET).resolve("start-cache.log"));
    }

    /** Does what a build does. */
    void build() throws IOException {
        prepareJars();
        copy(prepared, path(TARGET));
        Files.createDirectories(path("ccm/target"));
    }

    /** Creates what a build leaves behind, for a fake Maven to copy. */
    Path prepareJars() throws IOException {
        Files.createDirectories(prepared);
        final List<String> needed = new ArrayList<>();
        int number = 0;
        for (final String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            final Path classes = Path.of(entry);
            final boolean own = classes.endsWith(Path.of("ccm", "command", "target", "classes"));
            if (own || classes.endsWith(Path.of("target", "classes"))) {
                final Path jar = prepared.resolve(own ? "ccm-command-0.0.1.jar" : "needed-" + number++ + ".jar");
                jar(classes, jar);
                if (!own) {
                    needed.add(path(TARGET).resolve(jar.getFileName()).toString());
                }
            } else if (NEEDED_JAR.matcher(classes.getFileName().toString()).matches()) {
                needed.add(entry);
            }
        }
        Files.writeString(prepared.resolve("runtime.classpath"), String.join(File.pathSeparator, needed));
        return prepared;
    }

    private static void jar(final Path classes, final Path jar) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar)); Stream<Path> files =
            Files.walk(classes)) {
            for (final Path file : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
                Files.copy(file, (OutputStream) out);
            }
        }
    }

    /** Puts a program on the PATH of the runs that follow. */
    Path tool(final String name, final String... lines) throws IOException {
        return script(path("tools").resolve(name), lines);
    }

    /** Writes a program. */
    static Path script(final Path file, final String... lines) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/bash\n" + String.join("\n", lines) + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Starts the launcher with these variables; an empty one is not set. */
    Process start(final Map<String, String> variables, final Path output, final String... arguments)
        throws IOException {
        final List<String> command = new ArrayList<>(List.of("bash", path("ccm/bin/ccm").toString()));
        command.addAll(List.of(arguments));
        final ProcessBuilder builder = new ProcessBuilder(command)
            .redirectOutput(output.toFile()).redirectError(new File(output + ".errors"));
        builder.environment().keySet().removeAll(List.of("JAVA_HOME", "JAVA_TOOL_OPTIONS", "LAB_GUEST", "MAVEN_ARGS"));
        builder.environment().put("PATH", path("tools") + ":" + systemTools());
        builder.environment().putAll(variables);
        return builder.start();
    }

    /** The programs of the system, without Maven and Java. */
    private Path systemTools() throws IOException {
        final Path tools = path("system");
        if (!Files.exists(tools)) {
            Files.createDirectories(tools);
            for (final String name : List.of("basename", "bash", "cat", "cp", "cut", "dirname", "find", "flock", "grep",
                "mkdir", "mv", "readlink", "rm", "sed", "sleep", "sort", "stat", "tail", "tee", "timeout")) {
                final Path tool = Stream.of("/usr/bin", "/bin").map(folder -> Path.of(folder, name))
                    .filter(Files::exists).findFirst().orElseThrow();
                script(tools.resolve(name), "exec " + tool + " \"$@\"");
            }
        }
        return tools;
    }

    Outcome run(final Map<String, String> variables, final String... arguments)
        throws IOException, InterruptedException {
        final Path output = Files.createTempFile(root, "run", ".out");
        final Process process = start(variables, output, arguments);
        return await(process, output);
    }

    static Outcome await(final Process process, final Path output) throws IOException, InterruptedException {
        if (!process.waitFor(LIMIT_S, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the launcher did not end within " + LIMIT_S + " s");
        }
        return new Outcome(
            process.exitValue(), Files.readString(output), Files.readString(Path.of(output + ".errors")));
    }
}
