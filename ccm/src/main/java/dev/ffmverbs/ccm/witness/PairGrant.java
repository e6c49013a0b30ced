// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.witness;

import dev.ffmverbs.ccm.internal.memory.PayloadReader;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.SharedSecret;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What a witness sends to a node whose connection it accepts: where the block of its pair is.
 *
 * @param incarnation the incarnation of the witness.
 * @param address     address of the block.
 * @param rkey        key that goes with the address.
 * @param lengthBytes length of the block.
 */
record PairGrant(BootId incarnation, long address, int rkey, int lengthBytes) {

    private static final int FACTS_BYTES = 40;
    private static final int PROOF_BYTES = 32;
    private static final int LENGTH_BYTES = FACTS_BYTES + PROOF_BYTES;

    byte[] encode(final PairProof proof, final SharedSecret secret) {
        final byte[] data = new byte[LENGTH_BYTES];
        PairRequest.begin(data).putBootId(incarnation).putLong(address).putInt(rkey).putInt(lengthBytes);
        System.arraycopy(proof.createGrant(secret, Arrays.copyOf(data, FACTS_BYTES)), 0, data, FACTS_BYTES,
            PROOF_BYTES);
        return data;
    }

    /**
     * Reads a grant and checks it.
     *
     * @param data   private data of the acceptance.
     * @param proof  what the node's request was bound to.
     * @param secret the node's secret.
     * @throws RefusedException if it is not one, the witness does not have the secret, or its memory is elsewhere.
     */
    static PairGrant decode(final byte[] data, final PairProof proof, final SharedSecret secret) {
        final PayloadReader reader = PairRequest.open(data, LENGTH_BYTES);
        final PairGrant grant =
            new PairGrant(reader.getBootId(), reader.getLong(), reader.getInt(), reader.getInt());
        final ByteBuffer given = reader.getBytes(PROOF_BYTES);
        if (!PairProof.matches(secret, proof.createGrant(secret, Arrays.copyOf(data, FACTS_BYTES)), given.array())) {
            throw new RefusedException(Refusal.WRONG_SECRET,
                "the program that answers there does not have the shared secret of this node");
        }
        if (grant.address != Witness.MEMORY_ADDRESS || grant.lengthBytes != BlockLayout.LENGTH_BYTES) {
            throw new RefusedException(Refusal.OTHER_VERSION, "its block is at 0x" + Long.toHexString(grant.address)
                + " in " + grant.lengthBytes + " bytes; predetermined are 0x"
                + Long.toHexString(Witness.MEMORY_ADDRESS) + " and " + BlockLayout.LENGTH_BYTES + " bytes");
        }
        return grant;
    }
}
