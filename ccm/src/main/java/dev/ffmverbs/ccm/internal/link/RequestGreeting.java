// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import dev.ffmverbs.ccm.internal.memory.PayloadReader;
import dev.ffmverbs.ccm.internal.trust.Proof;
import dev.ffmverbs.ccm.value.BootId;
import java.nio.ByteBuffer;

/**
 * What a node says about itself when it requests a connection.
 *
 * @param node   the requesting node.
 * @param bootId its boot id.
 * @param proof  the first bytes of its proof that it has the shared secret.
 */
record RequestGreeting(NodeNumber node, BootId bootId, ByteBuffer proof) {

    /** The most that a connection request can carry. */
    static final int LENGTH_BYTES = 56;

    byte[] encode() {
        final byte[] data = new byte[LENGTH_BYTES];
        GreetingFormat.begin(data).putLong(node.high()).putLong(node.low()).putBootId(bootId).putBytes(proof);
        return data;
    }

    static RequestGreeting decode(final byte[] data) {
        final PayloadReader reader = GreetingFormat.open(data, LENGTH_BYTES);
        final NodeNumber node = new NodeNumber(reader.getLong(), reader.getLong());
        return new RequestGreeting(node, reader.getBootId(), reader.getBytes(Proof.SHORT_BYTES));
    }
}
