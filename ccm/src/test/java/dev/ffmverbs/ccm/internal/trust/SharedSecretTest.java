// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.trust;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.internal.trust.Proof.Role;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.SharedSecret;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SharedSecretTest {

    private static final BootId BOOT_A = new BootId(1, 2);
    private static final BootId BOOT_B = new BootId(3, 4);
    private static final Proof PROOF = new Proof(Role.HELLO, "A", BOOT_A, "B", BOOT_B);

    private final SharedSecret secret = SharedSecret.of("0123456789abcdef".getBytes());

    @Test
    void aProofIsRightForWhatItWasMadeForAndNothingElse() {
        final byte[] given = PROOF.create(secret);

        assertTrue(PROOF.verify(secret, given));
        assertFalse(new Proof(Role.ACCEPT, "A", BOOT_A, "B", BOOT_B).verify(secret, given), "role");
        assertFalse(new Proof(Role.HELLO, "B", BOOT_A, "A", BOOT_B).verify(secret, given), "names");
        assertFalse(new Proof(Role.HELLO, "A", BOOT_B, "B", BOOT_A).verify(secret, given), "direction");
        assertFalse(new Proof(Role.HELLO, "A", BOOT_A, "B", BootId.random()).verify(secret, given), "boot id");
        assertFalse(PROOF.verify(SharedSecret.of("0123456789abcdeF".getBytes()), given), "secret");
    }

    @Test
    void anyChangedBitMakesAProofWrong() {
        for (int bit = 0; bit < Proof.LENGTH_BYTES * Byte.SIZE; bit++) {
            final byte[] given = PROOF.create(secret);
            given[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            assertFalse(PROOF.verify(secret, given), "bit " + bit);
        }
    }

    @Test
    void theBeginningOfAProofCanBeVerified() {
        assertTrue(PROOF.verify(secret, Arrays.copyOf(PROOF.create(secret), Proof.SHORT_BYTES)));
        assertFalse(PROOF.verify(secret, new byte[Proof.SHORT_BYTES]));
    }

    @Test
    void withoutASecretThereIsNothingToProve() {
        assertArrayEquals(new byte[Proof.LENGTH_BYTES], PROOF.create(SharedSecret.NONE));
        assertFalse(PROOF.verify(secret, PROOF.create(SharedSecret.NONE)), "a missing secret is a wrong one");
    }

    @Test
    void aShortSecretIsRefusedAndNoneIsEverShown() {
        assertEquals("the shared secret has 15 bytes; it needs at least 16",
            assertThrows(IllegalArgumentException.class, () -> SharedSecret.of(new byte[15])).getMessage());
        assertEquals("a shared secret", secret.toString());
    }
}
