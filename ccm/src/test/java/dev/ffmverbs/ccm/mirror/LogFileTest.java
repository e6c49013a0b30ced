// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Files that hold a log, and those that are refused, with what the refusal says. */
class LogFileTest {

    private static final int CAPACITY = 4096;
    private static final int PAYLOAD = 64;

    @RegisterExtension
    final MemoryFolder folder = new MemoryFolder();

    private Path path;

    @BeforeEach
    void nameFile() {
        path = folder.resolve("log");
    }

    private MirroredLog open() throws IOException {
        return new MirroredLog("orders", CAPACITY, PAYLOAD, path);
    }

    private void requireRefusal(final Class<? extends Exception> type, final String text) {
        final String message = assertThrows(type, this::open).getMessage();
        assertTrue(message.startsWith(path.toString()) && message.contains(text), message);
    }

    private void put(final long offset, final byte... bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes), offset);
        }
    }

    @Test
    void isCreatedForItsOwnerOnlyAndOpensAgain() throws Exception {
        open().close();
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
        final MirroredLog log = open();
        assertTrue(log.partnersEntries().isPresent());
        assertFalse(log.awaitReady(Duration.ZERO), "it has never met its partner");
        log.close();
        assertEquals("log orders is closed",
            assertThrows(IllegalStateException.class, () -> log.appendAll(MemorySegment.NULL, 0, 0))
                .getMessage());
    }

    @Test
    void oneLogHasItOpenAtATime() throws Exception {
        try (MirroredLog log = open()) {
            requireRefusal(IllegalStateException.class, "is open in another log of this process or in another process");
            assertEquals(0, log.lastSequence());
            assertTrue(isLocked(), "the refusal has released the lock");
        }
        assertFalse(isLocked());
        open().close();
    }

    /** Whether the kernel lists a lock on the file, by its inode. */
    private boolean isLocked() throws IOException {
        return Files.readString(Path.of("/proc/locks")).contains(":" + Files.getAttribute(path, "unix:ino") + " ");
    }

    @Test
    void aFileOfAnotherLogIsRefused() throws Exception {
        new MirroredLog("payments", CAPACITY, PAYLOAD, path).close();
        requireRefusal(IllegalArgumentException.class, "holds log payments, not log orders; use another file");
    }

    @Test
    void aFileOfOtherLengthsIsRefused() throws Exception {
        new MirroredLog("orders", 2 * CAPACITY, PAYLOAD, path).close();
        requireRefusal(IllegalArgumentException.class, "was created for a log of 8192 bytes with entries of 64 bytes at"
            + " most, and this log has 4096 and 64; use the former values");
        Files.delete(path);
        new MirroredLog("orders", CAPACITY, PAYLOAD + 1, path).close();
        requireRefusal(IllegalArgumentException.class, "entries of 65 bytes at most, and this log has 4096 and 64");
    }

    @Test
    void aTruncatedFileIsRefused() throws Exception {
        open().close();
        final long lengthBytes = Files.size(path);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.truncate(lengthBytes - 1);
        }
        requireRefusal(IllegalArgumentException.class, "has " + (lengthBytes - 1) + " bytes instead of " + lengthBytes
            + ": it was truncated or extended; remove it");
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.truncate(10);
        }
        requireRefusal(IllegalArgumentException.class, "truncated");
    }

    @Test
    void aFileOfALaterVersionIsRefused() throws Exception {
        open().close();
        put(8, (byte) 3);
        requireRefusal(IllegalArgumentException.class, "was created by a later version of ffm-verbs (format 3, this one"
            + " knows 2); use that version");
    }

    @Test
    void aFileOfAnEarlierVersionIsRefused() throws Exception {
        open().close();
        put(8, (byte) 1);
        requireRefusal(IllegalArgumentException.class, "was created by an earlier version of ffm-verbs (format 1, this"
            + " one knows 2); remove the file");
    }

    @Test
    void aFileOfSomethingElseIsRefusedAndNotChanged() throws Exception {
        Files.writeString(path, "minutes of the meeting");
        requireRefusal(IllegalArgumentException.class, "is not the file of a mirrored log; use another file");
        assertEquals("minutes of the meeting", Files.readString(path));
    }

    @Test
    void aFileOfSomethingElseThatBeginsWithZerosIsRefusedAndNotChanged() throws Exception {
        final byte[] other = new byte[200_000];
        other[other.length - 1] = 7;
        Files.write(path, other);

        requireRefusal(IllegalArgumentException.class, "is not the file of a mirrored log; use another file");
        assertArrayEquals(other, Files.readAllBytes(path));
    }

    @Test
    void aFileWhoseCreationWasInterruptedIsCreatedAgain() throws Exception {
        Files.write(path, new byte[5000]);
        open().close();
        open().close();
    }

    @Test
    void aFileWhoseLabelWasWrittenInPartIsCreatedAgain() throws Exception {
        open().close();
        final byte[] created = Files.readAllBytes(path);
        for (int written = 8; written <= 60; written++) {
            final byte[] interrupted = new byte[created.length];
            System.arraycopy(created, 8, interrupted, 8, written - 8);
            Files.write(path, interrupted);
            open().close();
            assertArrayEquals(created, Files.readAllBytes(path), "of the label, it had bytes 8 to " + written);
        }
    }

    @Test
    void aShortFileOfSomethingElseWithZerosWhereTheLabelBeginsIsRefusedAndNotChanged() throws Exception {
        final byte[] other = new byte[20];
        other[10] = 7;
        Files.write(path, other);
        requireRefusal(IllegalArgumentException.class, "is not the file of a mirrored log; use another file");
        assertArrayEquals(other, Files.readAllBytes(path));
    }

    @Test
    void aDiskAndAMissingFolderAreRefused(@TempDir final Path temporary) throws Exception {
        path = temporary.resolve("log");
        final String type = Files.getFileStore(temporary).type();
        Assumptions.assumeFalse(List.of("tmpfs", "ramfs").contains(type), "temporary files are in memory here");
        requireRefusal(IllegalArgumentException.class, "is on a disk (" + type);
        assertFalse(Files.exists(path), "nothing is created");
        path = folder.resolve("missing").resolve("log");
        requireRefusal(IOException.class, "its folder does not exist");
        path = Files.createSymbolicLink(folder.resolve("link"), temporary.resolve("target"));
        requireRefusal(IOException.class, "it is a link to a file that does not exist");
        assertFalse(Files.exists(path), "nothing is created");
        Files.createFile(temporary.resolve("target"));
        requireRefusal(IllegalArgumentException.class, "is on a disk (" + type);
        assertEquals(0, Files.size(path));
    }

    @Test
    void aLinkToAFileInMemoryIsFollowed() throws Exception {
        open().close();
        final Path file = path;
        path = Files.createSymbolicLink(folder.resolve("link"), file);
        open().close();
        assertTrue(Files.isSymbolicLink(path));
    }

    @Test
    void persistentMemoryIsKnownByItsMountOption() {
        final List<String> mounts = List.of("/dev/sda1 / ext4 rw,relatime 0 0",
            "/dev/pmem0 /pmem xfs rw,dax=always 0 0", "/dev/pmem1 /old ext4 rw,dax 0 0",
            "/dev/pmem2 /no xfs rw,dax=never 0 0");
        assertFalse(MemoryFileSystem.isDirectAccess("/dev/sda1", "ext4", mounts));
        assertTrue(MemoryFileSystem.isDirectAccess("/dev/pmem0", "xfs", mounts));
        assertTrue(MemoryFileSystem.isDirectAccess("/dev/pmem1", "ext4", mounts));
        assertFalse(MemoryFileSystem.isDirectAccess("/dev/pmem2", "xfs", mounts));
        assertFalse(MemoryFileSystem.isDirectAccess("/dev/pmem0", "ext4", mounts));
    }
}
