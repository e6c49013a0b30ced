// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import dev.ffmverbs.ccm.internal.memory.PayloadReader;
import dev.ffmverbs.ccm.internal.memory.PayloadWriter;
import dev.ffmverbs.ccm.internal.trust.Proof;
import dev.ffmverbs.ccm.value.BootId;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * What a node says when it connects a port of a client, on devices whose queue pairs only a connection manager
 * connects. The partner has told the number of its queue pair before, in the exchange of the two clients.
 *
 * @param node      the requesting node.
 * @param queuePair number of the partner's queue pair.
 * @param bootId    the requesting node's boot id.
 * @param proof     the first bytes of the node's proof that it has the shared secret.
 */
record PortGreeting(NodeNumber node, int queuePair, BootId bootId, ByteBuffer proof) {

    static final int LENGTH_BYTES = RequestGreeting.LENGTH_BYTES;

    private static final int MAGIC = 0xCCC0_4EC8;

    byte[] encode() {
        final byte[] data = new byte[LENGTH_BYTES];
        new PayloadWriter(MemorySegment.ofArray(data)).putInt(MAGIC).putInt(queuePair).putLong(node.high())
            .putLong(node.low()).putBootId(bootId).putBytes(proof);
        return data;
    }

    /** Whether private data is that of a port. */
    static boolean isIn(final byte[] data) {
        return data.length >= LENGTH_BYTES && new PayloadReader(MemorySegment.ofArray(data)).getInt() == MAGIC;
    }

    static PortGreeting decode(final byte[] data) {
        final PayloadReader reader = new PayloadReader(MemorySegment.ofArray(data));
        reader.getInt();
        final int queuePair = reader.getInt();
        return new PortGreeting(new NodeNumber(reader.getLong(), reader.getLong()), queuePair,
            reader.getBootId(), reader.getBytes(Proof.SHORT_BYTES));
    }
}
