// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.layout;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.jextract.ibv_wc;
import java.io.File;
import java.lang.foreign.MemorySegment;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests the generated package in a JVM that can open neither libibverbs nor librdmacm.
 *
 * <p>The JVM is a child process. Empty files with these names come first on its library path. The loader finds them,
 * fails to open them, and searches no further.
 */
@Timeout(120)
class LayoutsWithoutLibrariesTest {

    @Test
    void layoutsAnswerAndFunctionsNameTheLibraryToInstall(@TempDir Path directory) throws Exception {
        Path libraries = Files.createDirectory(directory.resolve("libraries"));
        Files.createFile(libraries.resolve("libibverbs.so.1"));
        Files.createFile(libraries.resolve("librdmacm.so.1"));
        Path output = directory.resolve("output");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        ProcessBuilder builder = new ProcessBuilder(java, "--enable-native-access=ALL-UNNAMED", "-Xmx256m",
                "-cp", root(ffm_verbs_h.class) + File.pathSeparator + root(Child.class),
                Child.class.getName());
        builder.environment().put("LD_LIBRARY_PATH", libraries.toString());
        Process child = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
        if (!child.waitFor(60, TimeUnit.SECONDS)) {
            child.destroyForcibly();
        }
        String advice = "; install it (Debian and Ubuntu: libibverbs1, librdmacm1;"
                + " Fedora and RHEL: libibverbs, librdmacm)";
        assertEquals(List.of(
                "rows " + GeneratedLayouts.rows().size(),
                "ibv_wc 48",
                "strerror answers true",
                "cannot call ibv_get_device_list: libibverbs.so.1 cannot be opened" + advice,
                "cannot call rdma_create_event_channel: librdmacm.so.1 cannot be opened" + advice),
                Files.readAllLines(output));
        assertEquals(0, child.waitFor());
    }

    /** Returns the folder or jar of a class. The code source of a class patched into a module does not contain it. */
    private static Path root(Class<?> type) {
        String file = type.getName().replace('.', '/') + ".class";
        String url = type.getResource("/" + file).toString();
        String root = url.substring(0, url.length() - file.length());
        return Path.of(URI.create(root.startsWith("jar:") ? root.substring(4, root.length() - 2) : root));
    }

    /** The program of the child process. */
    static final class Child {

        private Child() {
        }

        public static void main(String[] arguments) throws Exception {
            System.out.println("rows " + GeneratedLayouts.rows().size());
            System.out.println("ibv_wc " + ibv_wc.sizeof());
            System.out.println("strerror answers " + !ffm_verbs_h.strerror(22).equals(MemorySegment.NULL));
            report(() -> ffm_verbs_h.ibv_get_device_list(MemorySegment.NULL));
            report(ffm_verbs_h::rdma_create_event_channel);
        }

        private static void report(Runnable call) {
            try {
                call.run();
                System.out.println("no error");
            } catch (UnsatisfiedLinkError error) {
                System.out.println(error.getMessage());
            }
        }
    }
}
