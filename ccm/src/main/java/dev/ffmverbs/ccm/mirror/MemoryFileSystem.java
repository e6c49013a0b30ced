// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * A file system whose files are memory, so that a device can register a mapped file and no write to a disk delays it.
 *
 * @param type       name of the file system.
 * @param blockBytes files are multiples of this.
 */
record MemoryFileSystem(String type, long blockBytes) {

    private static final String HUGE_PAGES = "hugetlbfs";
    private static final Set<String> TYPES = Set.of("tmpfs", "ramfs", "devtmpfs", HUGE_PAGES);
    private static final Path MOUNTS = Path.of("/proc/self/mounts");
    private static final int FILL_BYTES = 1 << 20;

    /**
     * Returns the file system of a file.
     *
     * @param path     the file, for messages.
     * @param existing the file, or the folder that it will be in.
     * @throws IllegalArgumentException if that is not a memory file system.
     */
    static MemoryFileSystem of(final Path path, final Path existing) throws IOException {
        final FileStore store = Files.getFileStore(existing);
        if (!TYPES.contains(store.type()) && !isDirectAccess(store, Files.readAllLines(MOUNTS))) {
            throw new IllegalArgumentException(path + " is on a disk (" + store.type() + ", " + store.name()
                + "); a log needs a file in memory: use a folder on tmpfs such as /dev/shm, on ramfs, on hugetlbfs, or"
                + " on a file system that is mounted with the option dax");
        }
        return new MemoryFileSystem(store.type(), Math.max(1, store.getBlockSize()));
    }

    /** Whether a file system of persistent memory is mounted so that its files are mapped without a cache. */
    static boolean isDirectAccess(final FileStore store, final List<String> mounts) {
        return isDirectAccess(store.name(), store.type(), mounts);
    }

    /** Looks for the mount of a device among lines with device, folder, type and options. */
    static boolean isDirectAccess(final String device, final String type, final List<String> mounts) {
        for (final String mount : mounts) {
            final List<String> fields = List.of(mount.split(" ", -1));
            if (fields.size() > 3 && fields.get(0).equals(device) && fields.get(2).equals(type)) {
                final List<String> options = List.of(fields.get(3).split(",", -1));
                return options.contains("dax") || options.contains("dax=always");
            }
        }
        return false;
    }

    long roundUp(final long lengthBytes) {
        return (lengthBytes + blockBytes - 1) / blockBytes * blockBytes;
    }

    /**
     * Gives a file its length and its memory, all zero, so that no later access finds that there is no memory left.
     * Huge pages cannot be written to a file; mapping it reserves them.
     */
    void fill(final Path path, final FileChannel channel, final long lengthBytes) throws IOException {
        if (type.equals(HUGE_PAGES)) {
            return;
        }
        final ByteBuffer zeros = ByteBuffer.allocate((int) Math.min(FILL_BYTES, lengthBytes));
        try {
            channel.truncate(lengthBytes);
            for (long offset = 0; offset < lengthBytes; offset += zeros.position()) {
                zeros.clear().limit((int) Math.min(FILL_BYTES, lengthBytes - offset));
                channel.write(zeros, offset);
            }
        } catch (final IOException e) {
            channel.truncate(0);
            throw new IOException(path + " cannot have " + lengthBytes + " bytes: " + e.getMessage() + "; make room on "
                + type + " or use a smaller log", e);
        }
    }
}
