// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import dev.ffmverbs.ccm.internal.memory.PayloadReader;
import dev.ffmverbs.ccm.internal.memory.PayloadWriter;
import dev.ffmverbs.ccm.internal.trust.Proof;
import dev.ffmverbs.ccm.value.BootId;
import java.nio.ByteBuffer;

/**
 * What a node sends to a partner whose connection it accepts: who the node is, and where its memory is.
 *
 * @param nodeName name of the accepting node.
 * @param epoch    its epoch with that partner.
 * @param status   its boot-status variable, which the partner may READ.
 * @param mailbox  its mailbox for that partner, which the partner may WRITE.
 * @param bootId   its boot id.
 * @param proof    its proof that it has the shared secret.
 * @param features one bit for each optional feature, as in {@link dev.ffmverbs.ccm.value.PeerInformation}; 0 from a
 *     node that sends none.
 */
record AcceptGreeting(
    String nodeName, long epoch, RemoteRegion status, RemoteRegion mailbox, BootId bootId, ByteBuffer proof,
    long features) {

    /** Length of what all versions send. */
    static final int LEAST_BYTES = 128;

    static final int LENGTH_BYTES = LEAST_BYTES + Long.BYTES;

    /**
     * Memory of the accepting node.
     *
     * @param address     address of its first byte.
     * @param rkey        key that goes with the address.
     * @param lengthBytes length in bytes.
     */
    record RemoteRegion(long address, int rkey, int lengthBytes) {

        private void encode(final PayloadWriter writer) {
            writer.putLong(address).putInt(rkey).putInt(lengthBytes);
        }

        private static RemoteRegion decode(final PayloadReader reader) {
            return new RemoteRegion(reader.getLong(), reader.getInt(), reader.getInt());
        }
    }

    byte[] encode() {
        final byte[] data = new byte[LENGTH_BYTES];
        final PayloadWriter writer = GreetingFormat.begin(data).putLong(epoch);
        status.encode(writer);
        mailbox.encode(writer);
        writer.putName(nodeName).putBootId(bootId).putBytes(proof).putLong(features);
        return data;
    }

    static AcceptGreeting decode(final byte[] data) {
        final PayloadReader reader = GreetingFormat.open(data, LEAST_BYTES);
        final long epoch = reader.getLong();
        final RemoteRegion status = RemoteRegion.decode(reader);
        final RemoteRegion mailbox = RemoteRegion.decode(reader);
        final String nodeName = GreetingFormat.getName(reader);
        final BootId bootId = reader.getBootId();
        final ByteBuffer proof = reader.getBytes(Proof.LENGTH_BYTES);
        final long features = reader.remainingBytes() < Long.BYTES ? 0 : reader.getLong();
        return new AcceptGreeting(nodeName, epoch, status, mailbox, bootId, proof, features);
    }
}
