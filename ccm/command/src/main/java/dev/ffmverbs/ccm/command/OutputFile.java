// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Files that options name for output.
 *
 * <p>They are written after a node has left, which may be days later. A file that cannot be written is refused before
 * anything starts, with the name of the option.
 */
final class OutputFile {

    /** More than the results of a hundred partners take. */
    private static final int SPACE_BYTES = 1 << 16;

    private OutputFile() {
    }

    /**
     * Refuses files that cannot be written, and a file that two options name. The files are left as they were.
     *
     * @param files the file of each option, by the name of the option; null for an option that is not given.
     * @throws CommandFailedException if one cannot be written; the message names the option, the file and the reason.
     */
    static void require(final Map<String, Path> files) {
        final Map<Path, String> options = new LinkedHashMap<>();
        files.forEach((option, file) -> {
            if (file != null) {
                final String other = options.put(file.toAbsolutePath().normalize(), option);
                if (other != null) {
                    throw new CommandFailedException(other + " and " + option + " name the same file: " + file, null);
                }
                require(option, file);
            }
        });
    }

    /** Refuses a file that cannot be written. */
    static void require(final String option, final Path file) {
        if (file.toString().isEmpty()) {
            throw new CommandFailedException(option + ": the name of the file is empty", null);
        }
        try {
            requireWritable(file);
        } catch (final IOException e) {
            throw cannotWrite(option, file, e);
        }
    }

    /** Creates the exception for a file that cannot be written. */
    static CommandFailedException cannotWrite(final String option, final Path file, final IOException reason) {
        return new CommandFailedException(option + ": cannot write " + file + ": " + reason(reason), reason);
    }

    private static void requireWritable(final Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException("it is a folder");
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            if (!Files.isWritable(file)) {
                throw new AccessDeniedException(file.toString());
            }
            return;
        }
        final Path folder = folderOf(file);
        if (!Files.isDirectory(folder)) {
            throw new IOException(Files.exists(folder) ? folder + " is not a folder" : "there is no folder " + folder);
        }
        tryToWrite(file);
    }

    /** Returns the folder of the file; for a link to a file that does not exist, the folder of that file. */
    private static Path folderOf(final Path file) throws IOException {
        final Path absolute = file.toAbsolutePath();
        final Path target = Files.isSymbolicLink(absolute)
            ? absolute.resolveSibling(Files.readSymbolicLink(absolute)) : absolute;
        return target.getParent() == null ? absolute.getRoot() : target.getParent();
    }

    /** Appends to the file, to see whether there is space, and truncates it to its former length. */
    private static void tryToWrite(final Path file) throws IOException {
        final boolean existed = Files.exists(file);
        final boolean link = Files.isSymbolicLink(file);
        try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
            final long lengthBytes = channel.size();
            try {
                fill(channel, lengthBytes);
            } finally {
                channel.truncate(lengthBytes);
            }
        } finally {
            if (!existed && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                Files.deleteIfExists(link ? file.toRealPath() : file);
            }
        }
    }

    private static void fill(final FileChannel channel, final long fromBytes) throws IOException {
        final ByteBuffer zeros = ByteBuffer.allocate(SPACE_BYTES);
        while (zeros.hasRemaining()) {
            channel.write(zeros, fromBytes + zeros.position());
        }
    }

    /** Returns why a file could not be used, without the name of the file if possible. */
    static String reason(final IOException failure) {
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (failure instanceof FileSystemException named && named.getReason() != null) {
            return named.getReason();
        }
        return failure.getMessage();
    }
}
