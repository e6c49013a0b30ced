// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.ccm.trust.SharedSecret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/** Where the command finds the shared secret: never among its arguments, which everybody on a machine can read. */
final class Secrets {

    /** Environment variable that holds the secret. */
    static final String VARIABLE = "CCM_SECRET";

    private static final Set<PosixFilePermission> OF_OTHERS = Set.of(PosixFilePermission.GROUP_READ,
        PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);

    private Secrets() {
    }

    /**
     * Finds the secret.
     *
     * @param file the file that holds it; null to look for the environment variable.
     * @throws IllegalArgumentException when there is one and it is too short.
     * @throws CommandFailedException   when the file cannot be read, or others than its owner can.
     */
    static SharedSecret find(final Path file) {
        return find(file, System.getenv(VARIABLE));
    }

    static SharedSecret find(final Path file, final String variable) {
        if (file != null) {
            return ofFile(file);
        }
        return variable == null ? SharedSecret.NONE
            : secret("environment variable " + VARIABLE, variable.getBytes(StandardCharsets.UTF_8));
    }

    private static SharedSecret ofFile(final Path file) {
        try {
            final Set<PosixFilePermission> others = EnumSet.copyOf(OF_OTHERS);
            others.retainAll(Files.getPosixFilePermissions(file));
            if (!others.isEmpty()) {
                throw new CommandFailedException("the secret in " + file + " is not one: others than its owner have"
                    + " access to the file; run 'chmod 600 " + file + "'", null);
            }
            return secret(file.toString(), withoutLastLineBreak(Files.readAllBytes(file)));
        } catch (final NoSuchFileException e) {
            throw new CommandFailedException("there is no secret file " + file, e);
        } catch (final IOException e) {
            throw new CommandFailedException("cannot read the secret file " + file + ": " + e.getMessage(), e);
        }
    }

    /** Editors and echo put one behind the secret. */
    private static byte[] withoutLastLineBreak(final byte[] content) {
        int length = content.length;
        if (length > 0 && content[length - 1] == '\n') {
            length--;
        }
        if (length > 0 && content[length - 1] == '\r') {
            length--;
        }
        return Arrays.copyOf(content, length);
    }

    private static SharedSecret secret(final String source, final byte[] secret) {
        try {
            return SharedSecret.of(secret);
        } catch (final IllegalArgumentException e) {
            throw new IllegalArgumentException(source + ": " + e.getMessage(), e);
        }
    }
}
