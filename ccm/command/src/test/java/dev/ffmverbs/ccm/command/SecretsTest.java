// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.internal.trust.Proof;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.SharedSecret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {

    private static final String SECRET = "0123456789abcdef";
    private static final int STRANGER = 54_321;

    @TempDir
    private Path folder;
    private Path file;

    @BeforeEach
    void writeSecret() throws Exception {
        file = Files.writeString(folder.resolve("secret"), SECRET);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static byte[] proofOf(final SharedSecret secret) {
        return new Proof(Proof.Role.HELLO, "A", new BootId(1, 2), "B", new BootId(3, 4)).create(secret);
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

        Files.createSymbolicLink(file, folder.resolve("missing"));
        assertEquals("there is no secret file " + file + ": it is a link to a file that does not exist", refusal());

        Files.delete(file);
        Files.createDirectory(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        assertEquals("the secret file " + file + " (owner " + user() + ", mode rwx------) is refused: it is a folder;"
            + " name the file in it", refusal());
    }

    @Test
    void saysWhoOwnsTheFileAndWhatToDo() throws Exception {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        assertEquals("the secret file " + file + " (owner " + user() + ", mode rw-r--r--) is refused: users other than"
            + " its owner have access to it; run 'chmod 600 " + file + "'", refusal());
    }

    @Test
    void refusesAFileOrALinkOfSomebodyElse() throws Exception {
        final Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        assertArrayEquals(proofOf(SharedSecret.of(SECRET.getBytes())), proofOf(Secrets.find(link, null)));
        Assumptions.assumeTrue(FileFacts.currentUserId() == 0, "only root can give a file to somebody else");

        Files.setAttribute(link, "unix:uid", STRANGER, LinkOption.NOFOLLOW_LINKS);
        assertTrue(refusal(link).contains("is refused: the link belongs to somebody else"), refusal(link));

        Files.setAttribute(file, "unix:uid", STRANGER);
        assertTrue(refusal().startsWith("the secret file " + file + " (owner " + STRANGER + ", mode rw-------) is"
            + " refused: the file belongs to somebody else, who can change it; run 'chown "), refusal());
    }

    @Test
    void refusesWhatIsNoSecretInText() throws Exception {
        Files.write(file, new byte[0]);
        assertTrue(refusal().contains("is refused: it is empty; to make one: 'head -c 32 /dev/urandom"), refusal());

        Files.write(file, new byte[100_000]);
        assertTrue(refusal().contains("is refused: it is longer than 4096 bytes"), refusal());

        Files.write(file, "\u00e4\u00f6\u00fc and 16 bytes more".getBytes(StandardCharsets.ISO_8859_1));
        assertTrue(refusal().contains("is refused: it is not text in UTF-8"), refusal());

        Files.write(file, SECRET.getBytes(StandardCharsets.UTF_16LE));
        assertTrue(refusal().contains("is refused: it is not text in UTF-8: it contains zero bytes"), refusal());

        assertTrue(refusal(Path.of("/dev/zero")).contains("it is neither a file nor a pipe"));
    }

    @Test
    void readsAPipeAsAShellMakesIt() throws Exception {
        Files.delete(file);
        assertEquals(0, new ProcessBuilder("mkfifo", "-m", "600", file.toString()).start().waitFor());
        new ProcessBuilder("sh", "-c", "echo " + SECRET + " > " + file).start();

        assertArrayEquals(proofOf(SharedSecret.of(SECRET.getBytes())), proofOf(Secrets.find(file, null)));
    }

    private String refusal() {
        return refusal(file);
    }

    private static String refusal(final Path secret) {
        return assertThrows(CommandFailedException.class, () -> Secrets.find(secret, null)).getMessage();
    }

    private String user() throws Exception {
        return Files.getOwner(file).getName();
    }
}
