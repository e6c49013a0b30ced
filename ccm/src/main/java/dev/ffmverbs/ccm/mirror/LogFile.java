// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A file of a memory file system that holds a log and the copy of the partner's log, so that both outlive the process.
 *
 * <p>Layout: a {@link LogFileLabel} in the first page, then header and records of the log, then header and records of
 * the copy, each beginning at a page. One process has it open at a time.
 */
final class LogFile implements AutoCloseable {

    private static final long PAGE_BYTES = 4096;
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path path;
    private final FileChannel channel;
    private final MemorySegment log;
    private final MemorySegment copy;

    private LogFile(final Path path, final FileChannel channel, final MemorySegment log, final MemorySegment copy) {
        this.path = path;
        this.channel = channel;
        this.log = log;
        this.copy = copy;
    }

    /**
     * Opens a file, or creates it.
     *
     * @param path   the file. Its folder must exist on a memory file system.
     * @param wanted what the file must say about itself, if it exists.
     * @throws IOException              if the file cannot be opened, created or mapped.
     * @throws IllegalArgumentException if it is not on a memory file system, or is not this log's; the message names
     *                                  the file and what to do.
     * @throws IllegalStateException    if it is open already.
     */
    static LogFile open(final Path path, final LogFileLabel wanted) throws IOException {
        final Path folder = path.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new NoSuchFileException(path.toString(), null, "its folder does not exist; create it first");
        }
        final MemoryFileSystem fileSystem = MemoryFileSystem.of(path, folder);
        final FileChannel channel = FileChannel.open(path,
            Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE), OWNER_ONLY);
        try {
            lock(path, channel);
            final long regionBytes = fileSystem.roundUp(wanted.regionBytes());
            final long fileBytes = fileSystem.roundUp(PAGE_BYTES) + 2 * regionBytes;
            final boolean isNew = LogFileLabel.isAbsent(channel);
            if (isNew) {
                fileSystem.fill(path, channel, fileBytes);
            } else {
                wanted.require(path, channel, fileBytes);
            }
            final MemorySegment memory =
                channel.map(FileChannel.MapMode.READ_WRITE, 0, fileBytes, Arena.ofAuto());
            if (isNew) {
                // Last, so that a file without a label is one whose creation was interrupted.
                wanted.write(memory);
            }
            final long first = fileSystem.roundUp(PAGE_BYTES);
            return new LogFile(path, channel, memory.asSlice(first, wanted.regionBytes()),
                memory.asSlice(first + regionBytes, wanted.regionBytes()));
        } catch (final IOException | RuntimeException | Error e) {
            channel.close();
            throw e;
        }
    }

    private static void lock(final Path path, final FileChannel channel) throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (final OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            throw new IllegalStateException(path + " is open in another log of this process or in another process;"
                + " close that log, or use another file");
        }
    }

    /** Memory of the log's header and records. */
    MemorySegment log() {
        return log;
    }

    /** Memory of the header and records of the partner's log. */
    MemorySegment copy() {
        return copy;
    }

    /** Lets others open the file. The memory remains mapped as long as it is used. */
    @Override
    public void close() throws IOException {
        channel.close();
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
