// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.memory.BootId;
import dev.ffmverbs.ccm.trust.Proof;
import dev.ffmverbs.ccm.trust.SharedSecret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {

    private static final String SECRET = "0123456789abcdef";

    @TempDir
    private Path folder;
    private Path file;

    @BeforeEach
    void writeSecret() throws Exception {
        file = Files.writeString(folder.resolve("secret"), SECRET);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static byte[] proofOf(final SharedSecret secret) {
        return secret.prove(new Proof(Proof.Role.HELLO, "A", new BootId(1, 2), "B", new BootId(3, 4)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r\n"})
    void takesTheFileWithoutTheLineBreakThatEditorsAppend(final String end) throws Exception {
        Files.writeString(file, SECRET + end);

        assertArrayEquals(proofOf(SharedSecret.of(SECRET.getBytes())), proofOf(Secrets.find(file, null)));
    }

    @Test
    void prefersTheFileToTheVariable() {
        assertArrayEquals(proofOf(SharedSecret.of(SECRET.getBytes())),
            proofOf(Secrets.find(file, "another secret of 16 bytes")));
    }

    @Test
    void takesTheVariableWhenThereIsNoFileAndNoSecretWhenThereIsNeither() {
        assertArrayEquals(proofOf(SharedSecret.of(SECRET.getBytes())), proofOf(Secrets.find(null, SECRET)));
        assertFalse(Secrets.find(null, null).isPresent());
    }

    @Test
    void anEmptyVariableIsNoWayToRunWithoutASecret() {
        assertEquals("environment variable CCM_SECRET: the shared secret has 0 bytes; it needs at least 16",
            assertThrows(IllegalArgumentException.class, () -> Secrets.find(null, "")).getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-rw-rw-"})
    void refusesAFileThatOthersHaveAccessTo(final String permissions) throws Exception {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));

        final String message =
            assertThrows(CommandFailedException.class, () -> Secrets.find(file, null)).getMessage();

        assertTrue(message.endsWith("run 'chmod 600 " + file + "'"), message);
    }

    @Test
    void refusesAFileThatIsTooShortMissingOrAFolder() throws Exception {
        Files.writeString(file, "too short\n");
        assertEquals(file + ": the shared secret has 9 bytes; it needs at least 16",
            assertThrows(IllegalArgumentException.class, () -> Secrets.find(file, null)).getMessage());

        Files.delete(file);
        assertEquals("there is no secret file " + file,
            assertThrows(CommandFailedException.class, () -> Secrets.find(file, null)).getMessage());

        Files.createDirectory(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        final String message =
            assertThrows(CommandFailedException.class, () -> Secrets.find(file, null)).getMessage();
        assertTrue(message.startsWith("cannot read the secret file " + file), message);
    }
}
