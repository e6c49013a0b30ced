// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
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

    /**
     * Files that this process has open, by device and inode. A process that closes any channel of a file loses its lock
     * on the file, so a second channel is never opened.
     */
    private static final Set<Object> OPEN = new HashSet<>();

    private final Path path;
    private final FileChannel channel;
    private final Object key;
    private final MemorySegment label;
    private final MemorySegment log;
    private final MemorySegment copy;

    private LogFile(
        final Path path, final FileChannel channel, final Object key, final MemorySegment label,
        final MemorySegment log, final MemorySegment copy) {
        this.path = path;
        this.channel = channel;
        this.key = key;
        this.label = label;
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
        final boolean exists = Files.exists(path);
        if (!exists && Files.isSymbolicLink(path)) {
            throw new NoSuchFileException(path.toString(), null, "it is a link to a file that does not exist; name a"
                + " file instead");
        }
        // A link in memory may lead to a file on a disk.
        final MemoryFileSystem fileSystem = MemoryFileSystem.of(path, exists ? path : folder);
        synchronized (OPEN) {
            if (Files.exists(path) && OPEN.contains(key(path))) {
                throw isOpenAlready(path);
            }
            final FileChannel channel = FileChannel.open(path,
                Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE), OWNER_ONLY);
            try {
                if (channel.tryLock() == null) {
                    throw isOpenAlready(path);
                }
                final LogFile opened = map(path, channel, fileSystem, wanted);
                OPEN.add(opened.key);
                return opened;
            } catch (final IOException | RuntimeException | Error e) {
                channel.close();
                throw e;
            }
        }
    }

    private static LogFile map(
        final Path path, final FileChannel channel, final MemoryFileSystem fileSystem, final LogFileLabel wanted)
        throws IOException {
        final long first = fileSystem.roundUp(PAGE_BYTES);
        final long regionBytes = fileSystem.roundUp(wanted.regionBytes());
        final long fileBytes = first + 2 * regionBytes;
        final boolean isNew = LogFileLabel.isAbsent(channel, fileBytes);
        if (isNew) {
            fileSystem.fill(path, channel, fileBytes);
        } else {
            wanted.require(path, channel, fileBytes);
        }
        final MemorySegment memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, fileBytes, Arena.ofAuto());
        if (isNew) {
            // Last, so that a file without a magic is one whose creation was interrupted.
            wanted.write(memory);
        }
        return new LogFile(path, channel, key(path), memory.asSlice(0, first),
            memory.asSlice(first, wanted.regionBytes()), memory.asSlice(first + regionBytes, wanted.regionBytes()));
    }

    private static Object key(final Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }

    private static IllegalStateException isOpenAlready(final Path path) {
        return new IllegalStateException(path + " is open in another log of this process or in another process;"
            + " close that log, or use another file");
    }

    /** Memory of the log's header and records. */
    MemorySegment log() {
        return log;
    }

    /** Memory of the header and records of the partner's log. */
    MemorySegment copy() {
        return copy;
    }

    /** Returns the name of the partner whose log is copied here; empty if there was none yet. */
    String partnersName() {
        return LogFileLabel.readPartnersName(label);
    }

    /** Notes whose log is copied here. */
    void writePartnersName(final String name) {
        LogFileLabel.writePartnersName(label, name);
    }

    /** Lets others open the file. The memory remains mapped as long as it is used. */
    @Override
    public void close() throws IOException {
        synchronized (OPEN) {
            if (channel.isOpen()) {
                channel.close();
                OPEN.remove(key);
            }
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
