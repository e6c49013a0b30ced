// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RuntimeFolderTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int STRANGER = 54_321;
    private static final Duration SHORT = Duration.ofMillis(50);

    @TempDir
    private Path temporary;

    private List<Path> candidates(final String runtimeFolder) throws IOException {
        return RuntimeFolder.candidates(runtimeFolder, temporary);
    }

    private StatusServer start(final String node, final String runtimeFolder) throws IOException {
        return StatusServer.start(node, candidates(runtimeFolder), () -> "{\"name\":\"" + node + "\"}");
    }

    private NodeSocket onlySocket(final Path folder) throws IOException {
        final List<NodeSocket> sockets = RuntimeFolder.sockets(folder);
        assertEquals(1, sockets.size(), sockets.toString());
        return sockets.getFirst();
    }

    /** Returns the folder in which a node that starts now has its socket. */
    private Path folderOf(final String node, final String runtimeFolder) throws IOException {
        try (StatusServer server = start(node, runtimeFolder)) {
            for (final Path folder : candidates(runtimeFolder)) {
                if (!RuntimeFolder.sockets(folder).isEmpty()) {
                    return folder;
                }
            }
            throw new AssertionError("no socket of " + server);
        }
    }

    /** Creates a socket as a process leaves it behind: it has another process number, and nobody listens. */
    private static Path leaveBehind(final Path folder, final String name) throws IOException {
        RuntimeFolder.make(folder);
        final Path file = folder.resolve(name);
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(file));
        }
        return file;
    }

    private Path fallback() throws IOException {
        return candidates(null).getFirst();
    }

    private static String permissions(final Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void prefersTheRuntimeFolderAndRestrictsItToThisUser() throws Exception {
        final Path runtime = Files.createDirectory(temporary.resolve("runtime"));

        try (StatusServer server = start("A", runtime.toString())) {
            final NodeSocket socket = onlySocket(runtime.resolve("ccm"));
            assertEquals("rwx------", permissions(socket.file().getParent()), server.toString());
            assertEquals("A", socket.node());
            assertEquals(ProcessHandle.current().pid(), socket.process());
        }
    }

    @Test
    void fallsBackWhenTheRuntimeFolderIsUnsetEmptyRelativeMissingAFileOrTooLong() throws Exception {
        final Path tooLong = Files.createDirectory(temporary.resolve("x".repeat(100)));
        final Path file = Files.writeString(temporary.resolve("file"), "a file");

        for (final String unusable : new String[] {null, "", "target", temporary.resolve("missing").toString(),
            file.toString(), tooLong.toString()}) {
            assertEquals(fallback(), folderOf("A", unusable), unusable);
        }
    }

    @Test
    void leavesTheRuntimeFolderOfAnotherUserAlone() throws Exception {
        final Path runtime = Files.createDirectory(temporary.resolve("runtime"));
        Assumptions.assumeTrue(FileFacts.currentUserId() == 0, "only root can give a folder to somebody else");
        Files.setAttribute(runtime, "unix:uid", STRANGER);

        assertEquals(fallback(), folderOf("A", runtime.toString()));
        assertTrue(Files.notExists(runtime.resolve("ccm")));
    }

    @Test
    void usesNoFolderThatOthersCanEnterOrThatIsALink() throws Exception {
        Files.createDirectory(fallback());
        Files.setPosixFilePermissions(fallback(), PosixFilePermissions.fromString("rwxr-x---"));
        final String open = assertThrows(IOException.class, () -> start("A", null)).getMessage();
        assertTrue(open.startsWith(fallback() + " is not a folder that only this user can access (owner "), open);
        assertTrue(open.endsWith(", mode rwxr-x---)"), open);
        assertThrows(IOException.class, () -> RuntimeFolder.sockets(fallback()));

        Files.delete(fallback());
        Files.createSymbolicLink(fallback(), Files.createDirectory(temporary.resolve("target"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))));
        final String link = assertThrows(IOException.class, () -> start("A", null)).getMessage();
        assertTrue(link.startsWith(fallback() + " is not a folder that only this user can access"), link);
    }

    @Test
    void saysWhyEachFolderCannotBeUsed() throws Exception {
        final Path runtime = Files.createDirectory(temporary.resolve("runtime"));
        Files.writeString(runtime.resolve("ccm"), "a file");
        final Path missing = temporary.resolve("missing");
        final List<Path> folders = List.of(runtime.resolve("ccm"), missing.resolve("ccm-1"),
            Files.createDirectory(temporary.resolve("x".repeat(100))).resolve("ccm"));

        final String message =
            assertThrows(IOException.class, () -> StatusServer.start("A", folders, () -> "{}")).getMessage();

        assertTrue(message.matches(runtime + "/ccm is not a folder that only this user can access \\(.*\\); " + missing
            + "/ccm-1 cannot be created: there is no folder " + missing + "; .* has \\d+ bytes, and the name of a"
            + " socket at most 107"), message);
        assertEquals("a file", Files.readString(runtime.resolve("ccm")));
    }

    @Test
    void saysWhyTheKernelCannotBeIdentified() throws Exception {
        final Path file = temporary.resolve("boot_id");
        assertEquals("the running kernel cannot be identified: cannot read " + file + ": " + file,
            assertThrows(IOException.class, () -> NodeSocket.currentKernel(file)).getMessage());
        Files.writeString(file, "short\n");
        assertEquals("the running kernel cannot be identified: " + file + " is too short",
            assertThrows(IOException.class, () -> NodeSocket.currentKernel(file)).getMessage());
        Files.writeString(file, "01234567-89ab-cdef-0123-456789abcdef\n");
        assertEquals("01234567", NodeSocket.currentKernel(file));
    }

    @Test
    void aSocketIsOnlyForItsOwnerAnswersAndIsRemoved() throws Exception {
        final NodeSocket socket;
        try (StatusServer server = start("A", null)) {
            socket = onlySocket(fallback());
            assertEquals("rw-------", permissions(socket.file()), server.toString());
            assertEquals(Optional.of(Map.of("name", "A", "answers", true)), StatusQuery.ask(socket, LIMIT));
        }
        assertEquals(List.of(), RuntimeFolder.sockets(fallback()));
        assertEquals(Optional.empty(), StatusQuery.ask(socket, LIMIT));
    }

    @Test
    void nodesOfOneNameInProcessesOfOneNumberHaveASocketEach() throws Exception {
        try (StatusServer one = start("A", null); StatusServer other = start("A", null)) {
            assertEquals(2, RuntimeFolder.sockets(fallback()).size(), one + " and " + other);
        }
    }

    @Test
    void aClientThatNeverReadsTheAnswerDelaysNobodyElse() throws Exception {
        final String large = "{\"name\":\"" + "A".repeat(1 << 22) + "\"}";
        try (StatusServer server = StatusServer.start("A", candidates(null), () -> large)) {
            final NodeSocket socket = onlySocket(fallback());
            try (SocketChannel idle = SocketChannel.open(UnixDomainSocketAddress.of(socket.file()))) {
                final Map<String, Object> answer = StatusQuery.ask(socket, LIMIT).orElseThrow();
                assertEquals(true, answer.get("answers"), server.toString() + idle);
            }
        }
    }

    @Test
    void aNodeThatCannotSayHowItIsAnswersWhenItCanAgain() throws Exception {
        final AtomicBoolean fails = new AtomicBoolean(true);
        try (StatusServer server = StatusServer.start("A", candidates(null), () -> {
            if (fails.get()) {
                throw new AssertionError("injected");
            }
            return "{}";
        })) {
            final NodeSocket socket = onlySocket(fallback());
            assertEquals(false, StatusQuery.ask(socket, LIMIT).orElseThrow().get("answers"), server.toString());
            fails.set(false);
            assertEquals(true, StatusQuery.ask(socket, LIMIT).orElseThrow().get("answers"));
        }
    }

    @Test
    void aNodeThatIsStoppedIsAliveEvenWhenItHasMoreToAcceptThanItMay() throws Exception {
        RuntimeFolder.make(fallback());
        final NodeSocket socket = NodeSocket.create(fallback(), "two-words");
        final List<SocketChannel> waiting = new ArrayList<>();
        try (ServerSocketChannel silent = socket.listen()) {
            assertEquals(Optional.of(Map.of("name", "two-words", "process", ProcessHandle.current().pid(),
                "answers", false)), StatusQuery.ask(socket, SHORT), silent.toString());
            assertThrows(SocketException.class, () -> {
                while (true) {
                    final SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                    waiting.add(channel);
                    channel.configureBlocking(false);
                    channel.connect(UnixDomainSocketAddress.of(socket.file()));
                }
            });
            assertFalse(socket.removeIfDead());
            assertEquals(false, StatusQuery.ask(socket, SHORT).orElseThrow().get("answers"));
        } finally {
            for (final SocketChannel channel : waiting) {
                channel.close();
            }
        }
        assertEquals(Optional.empty(), StatusQuery.ask(socket, LIMIT));
        assertTrue(Files.notExists(socket.file()));
    }

    @Test
    void aNodeThatStartsRemovesTheSocketsOfKilledNodesWhateverTheirNumberAndNoOthers() throws Exception {
        final long living = ProcessHandle.current().pid();
        final String kernel = NodeSocket.create(fallback(), "A").kernel();
        final Path dead = leaveBehind(fallback(), "A-" + living + "-" + kernel + "-00000001.sock");
        final Path abandoned = leaveBehind(fallback(), "A-1-" + kernel + "-00000002.sock.new");
        Files.setLastModifiedTime(abandoned, FileTime.from(Instant.now().minusSeconds(120)));
        final Path ofFormerVersion = leaveBehind(fallback(), "A-4711.sock");
        Files.setLastModifiedTime(ofFormerVersion, FileTime.from(Instant.now().minusSeconds(120)));
        final Path begun = leaveBehind(fallback(), "A-1-" + kernel + "-00000003.sock.new");
        final Path otherKernel = leaveBehind(fallback(), "A-1-ffffffff-00000004.sock");
        final Path noSocket = Files.writeString(fallback().resolve("A-1-" + kernel + "-00000005.sock"), "a file");
        final Path ofSomethingElse = leaveBehind(fallback(), "other.sock");

        try (StatusServer peer = start("A", null); StatusServer node = start("B", null)) {
            assertTrue(Files.notExists(dead), peer.toString());
            assertTrue(Files.notExists(abandoned), node.toString());
            assertTrue(Files.notExists(ofFormerVersion));
            for (final Path kept : List.of(begun, otherKernel, noSocket, ofSomethingElse)) {
                assertTrue(Files.exists(kept), kept.toString());
            }
            assertEquals(List.of("A", "B"), RuntimeFolder.sockets(fallback()).stream()
                .filter(socket -> socket.process() == living).map(NodeSocket::node).toList());
        }
    }

    @Test
    void theSocketOfAKilledNodeIsRemovedByAQuery() throws Exception {
        final NodeSocket socket = NodeSocket.create(fallback(), "A");
        leaveBehind(fallback(), socket.file().getFileName().toString());

        assertEquals(Optional.empty(), StatusQuery.ask(socket, LIMIT));
        assertEquals(List.of(), RuntimeFolder.sockets(fallback()));
    }
}
