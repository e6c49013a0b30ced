// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import dev.ffmverbs.ccm.internal.trust.Proof;
import dev.ffmverbs.ccm.value.BootId;
import java.nio.ByteBuffer;

/**
 * What a node tells a partner whose connection it accepts: who it is, and where its memory is.
 *
 * @param nodeName name of the accepting node.
 * @param epoch    its epoch with that partner.
 * @param status   its boot-status variable, for READ.
 * @param mailbox  its mailbox for that partner, for WRITE.
 * @param bootId   its boot id.
 * @param proof    its proof that it has the shared secret.
 * @param features one bit for each optional ability, as in {@link dev.ffmverbs.ccm.value.PeerInformation}; 0 from a
 *                 node that does not tell.
 */
record AcceptGreeting(
    String nodeName, long epoch, RemoteRegion status, RemoteRegion mailbox, BootId bootId, ByteBuffer proof,
    long features) {

    /** What all versions tell. */
    static final int LEAST_BYTES = 128;

    static final int LENGTH_BYTES = LEAST_BYTES + Long.BYTES;

    /**
     * Memory of the accepting node.
     *
     * @param address     address of its first byte.
     * @param rkey        key to name with it.
     * @param lengthBytes length.
     */
    record RemoteRegion(long address, int rkey, int lengthBytes) {

        private void put(final ByteBuffer buffer) {
            buffer.putLong(address).putInt(rkey).putInt(lengthBytes);
        }

        private static RemoteRegion get(final ByteBuffer buffer) {
            return new RemoteRegion(buffer.getLong(), buffer.getInt(), buffer.getInt());
        }
    }

    byte[] encode() {
        final ByteBuffer buffer = GreetingFormat.begin(LENGTH_BYTES);
        buffer.putLong(epoch);
        status.put(buffer);
        mailbox.put(buffer);
        GreetingFormat.putName(buffer, nodeName);
        GreetingFormat.putBootId(buffer, bootId);
        return buffer.put(proof.duplicate()).putLong(features).array();
    }

    static AcceptGreeting decode(final byte[] data) {
        final ByteBuffer buffer = GreetingFormat.open(data, LEAST_BYTES);
        final long epoch = buffer.getLong();
        final RemoteRegion status = RemoteRegion.get(buffer);
        final RemoteRegion mailbox = RemoteRegion.get(buffer);
        final String nodeName = GreetingFormat.getName(buffer);
        final BootId bootId = GreetingFormat.getBootId(buffer);
        final ByteBuffer proof = GreetingFormat.getBytes(buffer, Proof.LENGTH_BYTES);
        final long features = buffer.remaining() < Long.BYTES ? 0 : buffer.getLong();
        return new AcceptGreeting(nodeName, epoch, status, mailbox, bootId, proof, features);
    }
}
