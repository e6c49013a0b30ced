// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ChildProcessTest {

    private static final String SERVER = """
        public class Server {
            public static void main(String[] arguments) throws Exception {
                try (var listening = new java.net.ServerSocket(Integer.parseInt(arguments[0]));
                     var socket = listening.accept()) {
                    System.out.print("served");
                }
            }
        }
        """;

    @Test
    void waitsUntilAServerListensWithoutBeingTakenForItsClient(@TempDir final Path folder) throws Exception {
        final Path source = Files.writeString(folder.resolve("Server.java"), SERVER);
        final int port = ChildProcess.findFreePort();
        final String java = ProcessHandle.current().info().command().orElse("java");

        try (ChildProcess server =
                 new ChildProcess(List.of(java, source.toString(), Integer.toString(port)))) {
            server.awaitListening(port);
            server.awaitListening(port);
            new Socket("127.0.0.1", port).close();

            assertEquals("served", server.awaitSuccess());
        }
    }

    @Test
    void reportsTheOutputOfAServerThatEndedInsteadOfListening() throws Exception {
        final int port = ChildProcess.findFreePort();

        try (ChildProcess server = new ChildProcess(List.of("sh", "-c", "echo no such device; exit 3"))) {
            final IOException failed = assertThrows(IOException.class, () -> server.awaitListening(port));

            assertTrue(failed.getMessage().contains("did not listen on TCP port " + port), failed.getMessage());
            assertTrue(failed.getMessage().contains("no such device"), failed.getMessage());
        }
    }

    @Test
    void saysWithWhichStatusAProgramFailed() throws Exception {
        try (ChildProcess program = new ChildProcess(List.of("sh", "-c", "echo bad port; exit 3"))) {
            final IOException failed = assertThrows(IOException.class, program::awaitSuccess);

            assertEquals("'sh -c echo bad port; exit 3' ended with status 3; it printed:\nbad port\n",
                failed.getMessage());
        }
    }
}
