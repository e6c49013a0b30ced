// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Folders where the nodes of a user have their sockets, and which nobody else can enter: {@code ccm} in
 * {@code XDG_RUNTIME_DIR}, and {@code ccm-UID} in {@code /tmp} for those who have no such folder. A node uses the first
 * that it can; who asks looks in both, since a service and a shell of the same user often differ in what they have.
 */
final class RuntimeFolder {

    /** What the kernel takes as the name of a socket (unix(7)), without the zero at its end. */
    static final int LONGEST_SOCKET_BYTES = 107;

    private static final String VARIABLE = "XDG_RUNTIME_DIR";
    private static final String OWNER_ONLY = "rwx------";
    private static final String SUFFIX = ".sock";
    private static final Pattern SOCKET = Pattern.compile("(.+)-(\\d{1,18})\\.sock");
    private static final Path PROCESS = Path.of("/proc/self/status");
    private static final int EFFECTIVE = 2;

    private RuntimeFolder() {
    }

    /** The folders there may be, the preferred one first; they need not exist. */
    static List<Path> candidates() throws IOException {
        return candidates(System.getenv(VARIABLE), Path.of("/tmp"));
    }

    static List<Path> candidates(final String runtimeFolder, final Path temporaryFolder) throws IOException {
        final List<Path> folders = new ArrayList<>();
        if (runtimeFolder != null && !runtimeFolder.isEmpty()) {
            folders.add(Path.of(runtimeFolder).resolve("ccm"));
        }
        folders.add(temporaryFolder.resolve("ccm-" + userId()));
        return folders;
    }

    /**
     * Where this process has its socket for a node; the folder is made.
     *
     * @throws IOException when no folder can be had; the message says of each why not.
     */
    static Path socketOf(final String node, final List<Path> folders) throws IOException {
        final List<String> failures = new ArrayList<>();
        for (final Path folder : folders) {
            try {
                final Path socket = folder.resolve(node + "-" + ProcessHandle.current().pid() + SUFFIX);
                requireShort(socket);
                make(folder);
                return socket;
            } catch (final NoSuchFileException e) {
                failures.add(folder.getParent() + " does not exist");
            } catch (final IOException e) {
                failures.add(e.getMessage());
            }
        }
        throw new IOException(String.join("; ", failures));
    }

    private static void requireShort(final Path socket) throws IOException {
        final int bytes = socket.toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > LONGEST_SOCKET_BYTES) {
            throw new IOException(socket + " has " + bytes + " bytes, and the name of a socket at most "
                + LONGEST_SOCKET_BYTES);
        }
    }

    private static void make(final Path folder) throws IOException {
        try {
            Files.createDirectory(folder,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY)));
        } catch (final FileAlreadyExistsException e) {
            requireOwn(folder);
        }
    }

    /** Somebody else could have made it, to listen or to have this user's files removed. */
    private static void requireOwn(final Path folder) throws IOException {
        final Map<String, Object> facts =
            Files.readAttributes(folder, "unix:uid,isDirectory,permissions", LinkOption.NOFOLLOW_LINKS);
        @SuppressWarnings("unchecked")
        final String permissions = PosixFilePermissions.toString(
            (Set<PosixFilePermission>) facts.get("permissions"));
        if (!Boolean.TRUE.equals(facts.get("isDirectory")) || !facts.get("uid").equals(userId())
            || !permissions.equals(OWNER_ONLY)) {
            throw new IOException(folder + " is not a folder of this user alone (owner " + facts.get("uid") + ", "
                + permissions + ")");
        }
    }

    /** The number of the user this process acts as: a container's user may have no name. */
    private static int userId() throws IOException {
        try (Stream<String> lines = Files.lines(PROCESS)) {
            return lines.filter(line -> line.startsWith("Uid:")).findFirst()
                .map(line -> Integer.parseUnsignedInt(line.split("\\s+")[EFFECTIVE]))
                .orElseThrow(() -> new IOException(PROCESS + " names no user"));
        }
    }

    /**
     * The sockets in a folder, of nodes that run or were killed.
     *
     * @throws IOException when there is such a folder, and it is not this user's alone.
     */
    static List<Path> sockets(final Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        requireOwn(folder);
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> SOCKET.matcher(file.getFileName().toString()).matches()).sorted().toList();
        }
    }

    /** The name of the node whose socket it is. */
    static String nodeOf(final Path socket) {
        return part(socket, 1);
    }

    /** The number of the process whose socket it is. */
    static long processOf(final Path socket) {
        return Long.parseLong(part(socket, 2));
    }

    private static String part(final Path socket, final int group) {
        final Matcher matcher = SOCKET.matcher(socket.getFileName().toString());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(socket + " is not the socket of a node");
        }
        return matcher.group(group);
    }
}
