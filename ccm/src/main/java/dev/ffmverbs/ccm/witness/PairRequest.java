// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.witness;

import dev.ffmverbs.ccm.internal.memory.PayloadReader;
import dev.ffmverbs.ccm.internal.memory.PayloadWriter;
import dev.ffmverbs.ccm.value.SharedSecret;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * What a node says when it requests a connection to a witness.
 *
 * @param pair  the node's pair.
 * @param node  which of its two nodes it is, 0 or 1.
 * @param nonce a random number, to which the witness's proof is bound.
 * @param proof the first bytes of the node's proof that it has the shared secret.
 */
record PairRequest(PairNumber pair, int node, long nonce, ByteBuffer proof) {

    /** Begins the private data of requests, grants and refusals, with a version after it. */
    static final int MAGIC = 0xCC17_0CA1;

    static final int VERSION = 1;

    /** The most that a connection request can carry. */
    static final int LENGTH_BYTES = 56;

    private static final int PROOF_BYTES = 16;

    /** Creates the request of a node that connects from an address, with its proof. */
    static PairRequest of(
        final PairNumber pair, final int node, final long nonce, final InetAddress source, final SharedSecret secret) {
        final PairProof proof = new PairProof(pair, node, nonce, source);
        return new PairRequest(pair, node, nonce,
            ByteBuffer.wrap(proof.createRequest(secret), 0, PROOF_BYTES).slice());
    }

    static PayloadWriter begin(final byte[] data) {
        return new PayloadWriter(MemorySegment.ofArray(data)).putInt(MAGIC).putInt(VERSION);
    }

    /**
     * Reads magic number and version, and returns a reader for what follows.
     *
     * @throws RefusedException if it is not private data of a witness or its nodes, incomplete, or of another version.
     */
    static PayloadReader open(final byte[] data, final int lengthBytes) {
        final PayloadReader reader = new PayloadReader(MemorySegment.ofArray(data));
        if (data.length < 2 * Integer.BYTES || reader.getInt() != MAGIC) {
            throw new RefusedException(Refusal.NOT_A_NODE, "the " + data.length
                + " bytes of private data are not those of a witness or of a node that has one");
        }
        final int version = reader.getInt();
        if (version != VERSION || data.length < lengthBytes) {
            throw new RefusedException(Refusal.OTHER_VERSION, "the private data has version "
                + Integer.toUnsignedString(version) + " in " + data.length + " bytes; expected are version " + VERSION
                + " and " + lengthBytes + " bytes");
        }
        return reader;
    }

    byte[] encode() {
        final byte[] data = new byte[LENGTH_BYTES];
        begin(data).putLong(pair.high()).putLong(pair.low()).putLong(nonce).putInt(node).putInt(0).putBytes(proof);
        return data;
    }

    /**
     * Reads a request and checks it.
     *
     * @throws RefusedException if it is not one, or its sender does not have the secret.
     */
    static PairRequest decode(final byte[] data, final InetAddress source, final SharedSecret secret) {
        final PayloadReader reader = open(data, LENGTH_BYTES);
        final PairNumber pair = new PairNumber(reader.getLong(), reader.getLong());
        final long nonce = reader.getLong();
        final int node = reader.getInt();
        reader.getInt();
        if (node != 0 && node != 1) {
            throw new RefusedException(Refusal.NOT_A_NODE, "it is node " + node + " of a pair; a pair has 0 and 1");
        }
        final PairRequest request = new PairRequest(pair, node, nonce, reader.getBytes(PROOF_BYTES));
        if (!PairProof.matches(secret, request.toProof(source).createRequest(secret), request.proof.array())) {
            throw new RefusedException(Refusal.WRONG_SECRET, "it does not have the shared secret of this witness");
        }
        return request;
    }

    PairProof toProof(final InetAddress source) {
        return new PairProof(pair, node, nonce, source);
    }
}
