// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.ccm.value.SharedSecret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Finds the shared secret. It is never an argument, because everybody on the machine can read arguments. */
final class Secrets {

    /** Name of the environment variable that holds the secret. */
    static final String VARIABLE = "CCM_SECRET";

    private static final int MOST_BYTES = 4096;
    private static final String MAKE_ONE = "; to make one: 'head -c 32 /dev/urandom | base64 > FILE; chmod 600 FILE'";

    private Secrets() {
    }

    /**
     * Finds the secret.
     *
     * @param file the file that holds it; null to look for the environment variable.
     * @throws IllegalArgumentException if there is a secret and it is too short.
     * @throws CommandFailedException   if the file cannot be read, is not text, or is accessible to other users.
     */
    static SharedSecret find(final Path file) {
        return find(file, System.getenv(VARIABLE));
    }

    static SharedSecret find(final Path file, final String variable) {
        if (file != null) {
            return ofFile(file);
        }
        return variable == null ? SharedSecret.NONE
            : toSecret("environment variable " + VARIABLE, variable.getBytes(StandardCharsets.UTF_8));
    }

    private static SharedSecret ofFile(final Path file) {
        try {
            final FileFacts facts = requireTrusted(file);
            final byte[] content = read(file, facts);
            requireText(file, facts, content);
            return toSecret(file.toString(), removeLastLineBreak(content));
        } catch (final NoSuchFileException e) {
            throw new CommandFailedException("there is no secret file " + file
                + (Files.isSymbolicLink(file) ? ": it is a link to a file that does not exist" : ""), e);
        } catch (final IOException e) {
            throw new CommandFailedException("cannot read the secret file " + file + ": " + OutputFile.reason(e), e);
        }
    }

    /** Follows links, because mounted secrets are links, and checks the owner of the link as well. */
    private static FileFacts requireTrusted(final Path file) throws IOException {
        final FileFacts facts = FileFacts.ofTarget(file);
        if (!facts.isRegular() && !facts.isPipe()) {
            throw refusal(file, facts, facts.isFolder() ? "it is a folder; name the file in it"
                : "it is neither a file nor a pipe");
        }
        final FileFacts link = FileFacts.ofItself(file);
        for (final FileFacts each : List.of(link, facts)) {
            if (!each.isTrusted()) {
                throw refusal(file, each, "the " + (each.isLink() ? "link" : "file") + " belongs to somebody else, who"
                    + " can change it; run 'chown " + (each.isLink() ? "-h " : "") + System.getProperty("user.name")
                    + " " + file + "'");
            }
        }
        if (facts.isOpenToOthers()) {
            throw refusal(file, facts, "users other than its owner have access to it; run 'chmod 600 " + file + "'");
        }
        if (facts.isRegular() && facts.lengthBytes() == 0) {
            throw refusal(file, facts, "it is empty" + MAKE_ONE);
        }
        return facts;
    }

    private static byte[] read(final Path file, final FileFacts facts) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            final byte[] content = in.readNBytes(MOST_BYTES + 1);
            if (content.length > MOST_BYTES) {
                throw refusal(file, facts, "it is longer than " + MOST_BYTES + " bytes; a secret needs 16 to 64"
                    + MAKE_ONE);
            }
            return content;
        }
    }

    /** Refuses anything but text, because another node could not have it in an environment variable. */
    private static void requireText(final Path file, final FileFacts facts, final byte[] content) {
        try {
            if (StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString().indexOf('\0') < 0) {
                return;
            }
        } catch (final CharacterCodingException e) {
            throw refusal(file, facts, "it is not text in UTF-8" + MAKE_ONE);
        }
        throw refusal(file, facts, "it is not text in UTF-8: it contains zero bytes" + MAKE_ONE);
    }

    private static CommandFailedException refusal(final Path file, final FileFacts facts, final String reason) {
        return new CommandFailedException("the secret file " + file + " (" + facts + ") is refused: " + reason, null);
    }

    /** Removes the line break that editors and echo append. */
    private static byte[] removeLastLineBreak(final byte[] content) {
        int length = content.length;
        if (length > 0 && content[length - 1] == '\n') {
            length--;
        }
        if (length > 0 && content[length - 1] == '\r') {
            length--;
        }
        return Arrays.copyOf(content, length);
    }

    private static SharedSecret toSecret(final String source, final byte[] secret) {
        try {
            return SharedSecret.of(secret);
        } catch (final IllegalArgumentException e) {
            throw new IllegalArgumentException(source + ": " + e.getMessage(), e);
        }
    }
}
