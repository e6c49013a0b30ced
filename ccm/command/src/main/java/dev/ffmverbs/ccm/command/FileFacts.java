// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a file is, whose it is, and who has access to it, as stat(2) tells.
 *
 * @param mode        type and permissions, as {@code st_mode} has them.
 * @param userId      number of its owner.
 * @param owner       name of its owner, or the number of one without a name.
 * @param permissions the permissions as ls(1) writes them.
 * @param lengthBytes how long it is.
 */
record FileFacts(int mode, int userId, String owner, String permissions, long lengthBytes) {

    private static final int TYPE_MASK = 0xF000;
    private static final int SOCKET = 0xC000;
    private static final int LINK = 0xA000;
    private static final int REGULAR = 0x8000;
    private static final int FOLDER = 0x4000;
    private static final int PIPE = 0x1000;
    private static final int ACCESS_OF_OTHERS = 0066;

    private static final Path PROCESS = Path.of("/proc/self/status");
    private static final int EFFECTIVE = 2;

    /** What the file, or link, of this very name is. */
    static FileFacts ofItself(final Path file) throws IOException {
        return read(file, LinkOption.NOFOLLOW_LINKS);
    }

    /** What the file that this name leads to is. */
    static FileFacts ofTarget(final Path file) throws IOException {
        return read(file);
    }

    private static FileFacts read(final Path file, final LinkOption... options) throws IOException {
        final Map<String, Object> facts =
            Files.readAttributes(file, "unix:mode,uid,owner,permissions,size", options);
        @SuppressWarnings("unchecked")
        final String permissions =
            PosixFilePermissions.toString((Set<PosixFilePermission>) facts.get("permissions"));
        return new FileFacts((Integer) facts.get("mode"), (Integer) facts.get("uid"),
            ((UserPrincipal) facts.get("owner")).getName(), permissions, (Long) facts.get("size"));
    }

    /** The number of the user this process acts as: a container's user may have no name. */
    static int currentUserId() throws IOException {
        try (Stream<String> lines = Files.lines(PROCESS)) {
            return lines.filter(line -> line.startsWith("Uid:")).findFirst()
                .map(line -> Integer.parseUnsignedInt(line.split("\\s+")[EFFECTIVE]))
                .orElseThrow(() -> new IOException(PROCESS + " names no user"));
        }
    }

    private boolean isOfType(final int type) {
        return (mode & TYPE_MASK) == type;
    }

    boolean isSocket() {
        return isOfType(SOCKET);
    }

    boolean isLink() {
        return isOfType(LINK);
    }

    boolean isRegular() {
        return isOfType(REGULAR);
    }

    boolean isFolder() {
        return isOfType(FOLDER);
    }

    boolean isPipe() {
        return isOfType(PIPE);
    }

    /** Whether others than its owner can read or write it. */
    boolean isOpenToOthers() {
        return (mode & ACCESS_OF_OTHERS) != 0;
    }

    /** Whether it is this user's, or that of root, who can do everything anyway. */
    boolean isTrusted() throws IOException {
        return userId == 0 || userId == currentUserId();
    }

    /** Owner and permissions. */
    @Override
    public String toString() {
        return "owner " + owner + ", mode " + permissions;
    }
}
