// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import dev.ffmverbs.ccm.internal.trust.Proof;
import dev.ffmverbs.ccm.value.BootId;
import java.nio.ByteBuffer;

/**
 * What a node says of itself when it requests a connection.
 *
 * @param node   the requesting node.
 * @param bootId its boot id.
 * @param proof  the beginning of its proof that it has the shared secret.
 */
record RequestGreeting(NodeNumber node, BootId bootId, ByteBuffer proof) {

    /** All that a connection request can carry. */
    static final int LENGTH_BYTES = 56;

    byte[] encode() {
        final ByteBuffer buffer = GreetingFormat.begin(LENGTH_BYTES);
        buffer.putLong(node.high()).putLong(node.low());
        GreetingFormat.putBootId(buffer, bootId);
        return buffer.put(proof.duplicate()).array();
    }

    static RequestGreeting decode(final byte[] data) {
        final ByteBuffer buffer = GreetingFormat.open(data, LENGTH_BYTES);
        final NodeNumber node = new NodeNumber(buffer.getLong(), buffer.getLong());
        final BootId bootId = GreetingFormat.getBootId(buffer);
        return new RequestGreeting(node, bootId, GreetingFormat.getBytes(buffer, Proof.SHORT_BYTES));
    }
}
