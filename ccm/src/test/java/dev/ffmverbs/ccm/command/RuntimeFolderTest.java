// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RuntimeFolderTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(50);

    @TempDir
    private Path temporary;

    private List<Path> candidates(final String runtimeFolder) throws IOException {
        return RuntimeFolder.candidates(runtimeFolder, temporary);
    }

    private Path socketOf(final String node, final String runtimeFolder) throws IOException {
        return RuntimeFolder.socketOf(node, candidates(runtimeFolder));
    }

    private Path fallback() throws IOException {
        return candidates(null).getFirst();
    }

    private static String permissions(final Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void prefersTheRuntimeFolderAndMakesItThisUsersAlone() throws Exception {
        final Path runtime = Files.createDirectory(temporary.resolve("runtime"));

        final Path socket = socketOf("A", runtime.toString());

        assertEquals(runtime.resolve("ccm"), socket.getParent());
        assertEquals("rwx------", permissions(socket.getParent()));
        assertEquals("A", RuntimeFolder.nodeOf(socket));
        assertEquals(ProcessHandle.current().pid(), RuntimeFolder.processOf(socket));
    }

    @Test
    void fallsBackWhenTheRuntimeFolderIsUnsetEmptyMissingOrTooLong() throws Exception {
        final Path tooLong = Files.createDirectory(temporary.resolve("x".repeat(100)));

        assertEquals(fallback(), socketOf("A", null).getParent());
        assertEquals(fallback(), socketOf("A", "").getParent());
        assertEquals(fallback(), socketOf("A", temporary.resolve("missing").toString()).getParent());
        assertEquals(fallback(), socketOf("A", tooLong.toString()).getParent());
    }

    @Test
    void usesNoFolderThatOthersCanEnterOrThatIsALink() throws Exception {
        Files.createDirectory(fallback());
        Files.setPosixFilePermissions(fallback(), PosixFilePermissions.fromString("rwxr-x---"));
        final String open = assertThrows(IOException.class, () -> socketOf("A", null)).getMessage();
        assertTrue(open.startsWith(fallback() + " is not a folder of this user alone"), open);
        assertThrows(IOException.class, () -> RuntimeFolder.sockets(fallback()));

        Files.delete(fallback());
        Files.createSymbolicLink(fallback(), Files.createDirectory(temporary.resolve("target"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))));
        final String link = assertThrows(IOException.class, () -> socketOf("A", null)).getMessage();
        assertTrue(link.startsWith(fallback() + " is not a folder of this user alone"), link);
    }

    @Test
    void aNodeWithoutAFolderRunsWithoutASocket() throws Exception {
        Files.writeString(fallback(), "a file");

        try (StatusServer server = StatusServer.start("A", candidates(null), () -> "{}")) {
            assertEquals("a file", Files.readString(fallback()), server.toString());
        }
    }

    @Test
    void aSocketIsItsOwnersAloneAnswersAndIsRemoved() throws Exception {
        final Path socket;
        try (StatusServer server = StatusServer.start("A", candidates(null), () -> "{\"name\":\"A\"}")) {
            socket = RuntimeFolder.sockets(fallback()).getFirst();
            assertEquals("rw-------", permissions(socket), server.toString());
            assertEquals(Optional.of(Map.of("name", "A", "answers", true)), StatusQuery.ask(socket, LIMIT));
        }
        assertEquals(List.of(), RuntimeFolder.sockets(fallback()));
        assertEquals(Optional.empty(), StatusQuery.ask(socket, LIMIT));
    }

    @Test
    void whoNeverReadsTheAnswerKeepsNobodyElseFromOne() throws Exception {
        final String large = "{\"name\":\"" + "A".repeat(1 << 22) + "\"}";
        try (StatusServer server = StatusServer.start("A", candidates(null), () -> large)) {
            final Path socket = RuntimeFolder.sockets(fallback()).getFirst();
            try (SocketChannel idle = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
                final Map<String, Object> answer = StatusQuery.ask(socket, LIMIT).orElseThrow();
                assertEquals(true, answer.get("answers"), server.toString() + idle);
            }
        }
    }

    @Test
    void aNodeThatAcceptsAndSaysNothingIsToldFromOneThatAnswersAndOneThatIsGone() throws Exception {
        final Path socket = socketOf("two-words", null);
        try (ServerSocketChannel silent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            silent.bind(UnixDomainSocketAddress.of(socket));
            assertEquals(Optional.of(Map.of("name", "two-words", "process", ProcessHandle.current().pid(),
                "answers", false)), StatusQuery.ask(socket, SHORT));
        }
        assertEquals(Optional.empty(), StatusQuery.ask(socket, LIMIT));
        assertTrue(Files.exists(socket), "its process runs: it may be about to listen");
    }

    @Test
    void theSocketOfAProcessThatIsGoneIsRemoved() throws Exception {
        final Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        final Path socket = socketOf("A", null).resolveSibling("A-" + gone.pid() + ".sock");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
        }

        assertEquals(Optional.empty(), StatusQuery.ask(socket, LIMIT));
        assertEquals(List.of(), RuntimeFolder.sockets(fallback()));
    }
}
