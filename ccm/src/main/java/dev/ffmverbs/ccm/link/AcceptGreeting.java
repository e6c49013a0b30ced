// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.link;

import java.nio.ByteBuffer;

/**
 * What a node tells a partner whose connection it accepts: who it is, and where its memory is.
 *
 * @param nodeName name of the accepting node.
 * @param epoch    its epoch with that partner.
 * @param status   its boot-status variable, for READ.
 * @param mailbox  its mailbox for that partner, for WRITE.
 */
record AcceptGreeting(String nodeName, long epoch, RemoteRegion status, RemoteRegion mailbox) {

    static final int LENGTH_BYTES = 80;

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
        return buffer.array();
    }

    static AcceptGreeting decode(final byte[] data) {
        final ByteBuffer buffer = GreetingFormat.open(data, LENGTH_BYTES);
        final long epoch = buffer.getLong();
        final RemoteRegion status = RemoteRegion.get(buffer);
        final RemoteRegion mailbox = RemoteRegion.get(buffer);
        return new AcceptGreeting(GreetingFormat.getName(buffer), epoch, status, mailbox);
    }
}
