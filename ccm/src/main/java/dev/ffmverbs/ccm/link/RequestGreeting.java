// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.link;

import dev.ffmverbs.ccm.memory.BootId;
import java.nio.ByteBuffer;

/**
 * What a node says of itself when it requests a connection.
 *
 * @param nodeName name of the requesting node.
 * @param bootId   its boot id.
 */
record RequestGreeting(String nodeName, BootId bootId) {

    /** All that a connection request can carry. */
    static final int LENGTH_BYTES = 56;

    byte[] encode() {
        final ByteBuffer buffer = GreetingFormat.begin(LENGTH_BYTES);
        GreetingFormat.putBootId(buffer, bootId);
        GreetingFormat.putName(buffer, nodeName);
        return buffer.array();
    }

    static RequestGreeting decode(final byte[] data) {
        final ByteBuffer buffer = GreetingFormat.open(data, LENGTH_BYTES);
        final BootId bootId = GreetingFormat.getBootId(buffer);
        return new RequestGreeting(GreetingFormat.getName(buffer), bootId);
    }
}
