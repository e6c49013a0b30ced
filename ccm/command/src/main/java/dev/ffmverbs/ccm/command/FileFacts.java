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
 * Type, owner and permissions of a file, as stat(2) returns them.
 *
 * @param mode        type and permissions, as in {@code st_mode}.
 * @param userId      number of the owner.
 * @param owner       name of the owner, or the number if the owner has no name.
 * @param permissions the permissions, as ls(1) prints them.
 * @param lengthBytes length of the file.
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

    /** Returns the facts of the file itself, without following a link. */
    static FileFacts ofItself(final Path file) throws IOException {
        return read(file, LinkOption.NOFOLLOW_LINKS);
    }

    /** Returns the facts of the file that a link leads to, or of the file itself. */
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

    /** Returns the number of the effective user; the user of a container may have no name. */
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

    /** Returns whether anybody besides the owner can read or write it. */
    boolean isOpenToOthers() {
        return (mode & ACCESS_OF_OTHERS) != 0;
    }

    /** Returns whether it belongs to this user or to root. */
    boolean isTrusted() throws IOException {
        return userId == 0 || userId == currentUserId();
    }

    /** Returns owner and permissions. */
    @Override
    public String toString() {
        return "owner " + owner + ", mode " + permissions;
    }
}
