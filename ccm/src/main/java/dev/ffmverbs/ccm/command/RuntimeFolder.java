// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder where the nodes of a user have their sockets, which nobody else can enter: {@code ccm} in
 * {@code XDG_RUNTIME_DIR}, or else {@code ccm-USER} in the folder for temporary files.
 */
final class RuntimeFolder {

    private static final String OWNER_ONLY = "rwx------";
    private static final String SUFFIX = ".sock";

    private RuntimeFolder() {
    }

    /** The folder; it need not exist. */
    static Path path() {
        final String runtime = System.getenv("XDG_RUNTIME_DIR");
        return runtime == null || runtime.isEmpty()
            ? Path.of(System.getProperty("java.io.tmpdir"), "ccm-" + System.getProperty("user.name"))
            : Path.of(runtime, "ccm");
    }

    /** Where this process has its socket for a node; the folder is made. */
    static Path socketOf(final String node) throws IOException {
        final Path folder = path();
        try {
            Files.createDirectory(folder,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY)));
        } catch (final FileAlreadyExistsException e) {
            requireOwn(folder);
        }
        return folder.resolve(node + "-" + ProcessHandle.current().pid() + SUFFIX);
    }

    private static void requireOwn(final Path folder) throws IOException {
        final PosixFileAttributes attributes =
            Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!attributes.isDirectory() || !attributes.owner().getName().equals(System.getProperty("user.name"))
            || !PosixFilePermissions.toString(attributes.permissions()).equals(OWNER_ONLY)) {
            throw new IOException(folder + " is not a folder of this user alone (" + attributes.owner().getName() + ", "
                + PosixFilePermissions.toString(attributes.permissions()) + ")");
        }
    }

    /** The sockets there are, of nodes that run or were killed. */
    static List<Path> sockets() throws IOException {
        final Path folder = path();
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        requireOwn(folder);
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
        }
    }
}
