// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folders where the nodes of a user have their sockets. Nobody else can enter them: {@code ccm} in
 * {@code XDG_RUNTIME_DIR}, or {@code ccm-UID} in {@code /tmp} for a user without that folder. A node uses the first one
 * it can. A query looks in both, because the environments of a service and of a shell often differ.
 */
final class RuntimeFolder {

    private static final String VARIABLE = "XDG_RUNTIME_DIR";
    private static final String OWNER_ONLY = "rwx------";

    private RuntimeFolder() {
    }

    /** Returns the possible folders, the preferred one first; they need not exist. */
    static List<Path> candidates() throws IOException {
        return candidates(System.getenv(VARIABLE), Path.of("/tmp"));
    }

    static List<Path> candidates(final String runtimeFolder, final Path temporaryFolder) throws IOException {
        final List<Path> folders = new ArrayList<>();
        if (runtimeFolder != null && runtimeFolder.startsWith("/") && isOwn(Path.of(runtimeFolder))) {
            folders.add(Path.of(runtimeFolder).resolve("ccm"));
        }
        folders.add(temporaryFolder.resolve("ccm-" + FileFacts.currentUserId()));
        return folders;
    }

    /** After su or sudo the variable may still name the folder of the former user, which is then not used. */
    private static boolean isOwn(final Path folder) throws IOException {
        return Files.isDirectory(folder) && FileFacts.ofTarget(folder).userId() == FileFacts.currentUserId();
    }

    /**
     * Makes sure that a folder exists and is accessible to this user only.
     *
     * @throws IOException if it cannot be created or is accessible to others; the message names it and gives the
     *     reason.
     */
    static void make(final Path folder) throws IOException {
        if (!Files.isDirectory(folder.toAbsolutePath().getParent())) {
            throw new IOException(
                folder + " cannot be created: there is no folder " + folder.toAbsolutePath().getParent());
        }
        try {
            Files.createDirectory(folder,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY)));
        } catch (final FileAlreadyExistsException e) {
            requireOwn(folder);
        } catch (final FileSystemException e) {
            throw new IOException(folder + " cannot be created: " + OutputFile.reason(e), e);
        }
    }

    /** Somebody else may have created it, to listen or to have this user's files removed. */
    private static void requireOwn(final Path folder) throws IOException {
        final FileFacts facts = FileFacts.ofItself(folder);
        if (!facts.isFolder() || facts.userId() != FileFacts.currentUserId()
            || !facts.permissions().equals(OWNER_ONLY)) {
            throw new IOException(folder + " is not a folder that only this user can access (" + facts + ")");
        }
    }

    /**
     * Returns the sockets in a folder, of nodes that run or were killed.
     *
     * @throws IOException if there is such a folder and it is accessible to others.
     */
    static List<NodeSocket> sockets(final Path folder) throws IOException {
        if (Files.notExists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        requireOwn(folder);
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().flatMap(file -> NodeSocket.of(file).stream()).toList();
        }
    }

    /** Removes the sockets of nodes that were killed. */
    static void removeDead(final Path folder) throws IOException {
        for (final NodeSocket socket : sockets(folder)) {
            socket.removeIfDead();
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (final Path file : files.toList()) {
                NodeSocket.removeIfAbandoned(file);
            }
        }
    }
}
