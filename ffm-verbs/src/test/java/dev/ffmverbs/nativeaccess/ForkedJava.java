// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.nativeaccess;

import dev.ffmverbs.PrivateLoopbackAddresses;
import dev.ffmverbs.Verbs;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a test program in a separate JVM, with the library on the class path or the module path. */
final class ForkedJava {

    private static final long LIMIT_S = 50;

    private static final int FIRST_WITH_DENY = 24;

    /** Where the library is. */
    enum Placement { CLASS_PATH, MODULE_PATH }

    /** How a program ended. */
    record Result(int status, String output) {
    }

    private ForkedJava() {
    }

    /**
     * The options that deny native access.
     *
     * <p>Before JDK 24, naming one module denies native access to all other modules.
     */
    static List<String> denyingNativeAccess() {
        return List.of(Runtime.version().feature() >= FIRST_WITH_DENY
            ? "--illegal-native-access=deny" : "--enable-native-access=java.base");
    }

    /**
     * Runs a program until it ends.
     *
     * @param folder     folder for its output. The content of the folder comes first on the class path.
     * @param placement  where the library is.
     * @param program    the program, in a package that the library does not have.
     * @param jvmOptions options of the JVM.
     * @param arguments  arguments of the program.
     * @return status and output, standard error included.
     */
    static Result run(
        final Path folder, final Placement placement, final Class<?> program, final List<String> jvmOptions,
        final String... arguments)
        throws IOException, InterruptedException {
        final String library = root(Verbs.class);
        final String tests = root(program);
        final List<String> command = new ArrayList<>(List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m",
            PrivateLoopbackAddresses.OTHER_UDP_PORT));
        command.addAll(jvmOptions);
        final String first = folder + File.pathSeparator;
        command.addAll(switch (placement) {
            case CLASS_PATH -> List.of("-cp", first + library + File.pathSeparator + tests);
            case MODULE_PATH -> List.of("-p", library, "--add-modules", "dev.ffmverbs", "-cp", first + tests);
        });
        command.add(program.getName());
        command.addAll(List.of(arguments));
        final Path output = Files.createTempFile(folder, "output", ".txt");
        final Process process =
            new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        if (!process.waitFor(LIMIT_S, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        return new Result(process.exitValue(), Files.readString(output));
    }

    /** Returns the folder or jar of a class. The code source of a class patched into a module does not contain it. */
    private static String root(final Class<?> type) {
        final String file = type.getName().replace('.', '/') + ".class";
        final String url = type.getResource("/" + file).toString();
        final String root = url.substring(0, url.length() - file.length());
        return Path.of(URI.create(root.startsWith("jar:") ? root.substring(4, root.length() - 2) : root)).toString();
    }
}
