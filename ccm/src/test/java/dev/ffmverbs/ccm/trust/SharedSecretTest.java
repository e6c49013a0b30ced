// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.trust;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.memory.BootId;
import dev.ffmverbs.ccm.trust.Proof.Role;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SharedSecretTest {

    private static final BootId BOOT_A = new BootId(1, 2);
    private static final BootId BOOT_B = new BootId(3, 4);
    private static final Proof PROOF = new Proof(Role.HELLO, "A", BOOT_A, "B", BOOT_B);

    private final SharedSecret secret = SharedSecret.of("0123456789abcdef".getBytes());

    @Test
    void aProofIsRightForWhatItWasMadeForAndNothingElse() {
        final byte[] given = secret.prove(PROOF);

        assertTrue(secret.verify(PROOF, given));
        assertFalse(secret.verify(new Proof(Role.ACCEPT, "A", BOOT_A, "B", BOOT_B), given), "role");
        assertFalse(secret.verify(new Proof(Role.HELLO, "B", BOOT_A, "A", BOOT_B), given), "names");
        assertFalse(secret.verify(new Proof(Role.HELLO, "A", BOOT_B, "B", BOOT_A), given), "direction");
        assertFalse(secret.verify(new Proof(Role.HELLO, "A", BOOT_A, "B", BootId.random()), given), "boot id");
        assertFalse(SharedSecret.of("0123456789abcdeF".getBytes()).verify(PROOF, given), "secret");
    }

    @Test
    void anyChangedBitMakesAProofWrong() {
        for (int bit = 0; bit < Proof.LENGTH_BYTES * Byte.SIZE; bit++) {
            final byte[] given = secret.prove(PROOF);
            given[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            assertFalse(secret.verify(PROOF, given), "bit " + bit);
        }
    }

    @Test
    void theBeginningOfAProofCanBeVerified() {
        assertTrue(secret.verify(PROOF, Arrays.copyOf(secret.prove(PROOF), Proof.SHORT_BYTES)));
        assertFalse(secret.verify(PROOF, new byte[Proof.SHORT_BYTES]));
    }

    @Test
    void withoutASecretThereIsNothingToProve() {
        assertArrayEquals(new byte[Proof.LENGTH_BYTES], SharedSecret.NONE.prove(PROOF));
        assertFalse(secret.verify(PROOF, SharedSecret.NONE.prove(PROOF)), "a missing secret is a wrong one");
    }

    @Test
    void aShortSecretIsRefusedAndNoneIsEverShown() {
        assertEquals("the shared secret has 15 bytes; it needs at least 16",
            assertThrows(IllegalArgumentException.class, () -> SharedSecret.of(new byte[15])).getMessage());
        assertEquals("a shared secret", secret.toString());
    }
}
