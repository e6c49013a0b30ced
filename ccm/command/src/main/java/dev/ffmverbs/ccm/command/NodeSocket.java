// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The socket at which a node answers status queries.
 *
 * <p>The file has this name while a process listens, and after that process was killed. If a connection is refused, the
 * process is gone and the file may be removed. Process numbers prove nothing: each of several containers that share a
 * folder counts from 1, and the kernel reuses numbers. Machines that share a folder cannot connect to each other's
 * sockets; therefore the name of the file also identifies the kernel that runs the process.
 *
 * @param file    the file.
 * @param node    name of the node.
 * @param process number of its process, in the process namespace of the node.
 * @param kernel  identifies the running kernel, and changes whenever the machine boots.
 */
record NodeSocket(Path file, String node, long process, String kernel) {

    /** Longest name of a socket that the kernel accepts (unix(7)), without the terminating zero. */
    static final int LONGEST_NAME_BYTES = 107;

    private static final Pattern FILE = Pattern.compile("(.+)-(\\d{1,18})-([0-9a-f]{8})-[0-9a-f]{8}\\.sock");
    private static final int KERNEL_DIGITS = 8;
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final int RANDOM_BYTES = 4;

    /** Suffix of a socket that nobody listens at yet. */
    private static final String NOT_YET = ".new";
    private static final Duration ABANDONED = Duration.ofMinutes(1);
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Returns the socket that the name of a file describes; empty if the file is not a node's socket. */
    static Optional<NodeSocket> of(final Path file) {
        final Matcher name = FILE.matcher(file.getFileName().toString());
        return name.matches()
            ? Optional.of(new NodeSocket(file, name.group(1), Long.parseLong(name.group(2)), name.group(3)))
            : Optional.empty();
    }

    /**
     * Returns a socket of this process with a unique name.
     *
     * @throws IOException if the kernel cannot be identified; the message says why.
     */
    static NodeSocket create(final Path folder, final String node) throws IOException {
        return create(folder, node, currentKernel(BOOT_ID));
    }

    private static NodeSocket create(final Path folder, final String node, final String kernel) {
        final byte[] random = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(random);
        final long process = ProcessHandle.current().pid();
        return new NodeSocket(folder.resolve(node + "-" + process + "-" + kernel + "-"
            + HexFormat.of().formatHex(random) + ".sock"), node, process, kernel);
    }

    /** Reads what identifies the kernel. Some containers hide it. */
    static String currentKernel(final Path file) throws IOException {
        try {
            final String id = Files.readString(file);
            if (id.length() >= KERNEL_DIGITS) {
                return id.substring(0, KERNEL_DIGITS);
            }
        } catch (final IOException e) {
            throw new IOException("the running kernel cannot be identified: cannot read " + file + ": "
                + OutputFile.reason(e), e);
        }
        throw new IOException("the running kernel cannot be identified: " + file + " is too short");
    }

    /**
     * Listens at the socket, so that only this user can connect.
     *
     * @throws IOException if that fails; the message names the file, and no file is left behind.
     */
    ServerSocketChannel listen() throws IOException {
        final Path unborn = file.resolveSibling(file.getFileName() + NOT_YET);
        final int bytes = unborn.toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > LONGEST_NAME_BYTES) {
            throw new IOException(unborn + " has " + bytes + " bytes, and the name of a socket at most "
                + LONGEST_NAME_BYTES);
        }
        final ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(unborn));
            Files.setPosixFilePermissions(unborn, PosixFilePermissions.fromString("rw-------"));
            Files.move(unborn, file, StandardCopyOption.ATOMIC_MOVE);
            return server;
        } catch (final IOException e) {
            server.close();
            Files.deleteIfExists(unborn);
            throw new IOException("cannot listen at " + file + ": " + OutputFile.reason(e), e);
        }
    }

    /** Removes the file if its process is gone; returns whether it is. */
    boolean removeIfDead() throws IOException {
        return isOfThisKernel() && (removeIfRefused(file) || Files.notExists(file));
    }

    /** Removes a socket with any other name if nobody listens at it a minute after it was created. */
    static void removeIfAbandoned(final Path file) throws IOException {
        if (of(file).isEmpty() && Files.exists(file, LinkOption.NOFOLLOW_LINKS) && FileFacts.ofItself(file).isSocket()
            && Files.getLastModifiedTime(file).toInstant().isBefore(Instant.now().minus(ABANDONED))) {
            removeIfRefused(file);
        }
    }

    private static boolean removeIfRefused(final Path file) throws IOException {
        if (!Files.exists(file)) {
            return false;
        }
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            // A blocking call would wait as long as the process is stopped with a full backlog.
            channel.configureBlocking(false);
            channel.connect(UnixDomainSocketAddress.of(file));
            return false;
        } catch (final ConnectException refused) {
            try {
                return FileFacts.ofItself(file).isSocket() && Files.deleteIfExists(file);
            } catch (final NoSuchFileException removedByAnother) {
                return true;
            }
        } catch (final SocketException tooManyWait) {
            return false;
        }
    }

    /** Returns whether the node runs on the same kernel as this process, and can therefore be connected to. */
    boolean isOfThisKernel() throws IOException {
        return kernel.equals(currentKernel(BOOT_ID));
    }
}
