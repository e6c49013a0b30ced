// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.value.PeerInformation;
import java.net.InetSocketAddress;

/** Two nodes over devices: A makes single attempts at the handshake, and B only accepts. */
final class HandshakeNodes implements AutoCloseable {

    final InitiatingNode a;
    final AcceptingNode b;

    HandshakeNodes(final NodePair pair) {
        this(pair, PeerInformation.FEATURE_NOTIFICATIONS);
    }

    /** Creates nodes of which B has these features. */
    HandshakeNodes(final NodePair pair, final long featuresOfB) {
        pair.require();
        final InetSocketAddress addressA = pair.endpointA();
        final InetSocketAddress addressB = pair.endpointB();
        b = new AcceptingNode(pair.deviceB(), "B", addressB, "A", addressA, featuresOfB);
        boolean made = false;
        try {
            a = new InitiatingNode(pair.deviceA(), "A", addressA, "B", addressB);
            made = true;
        } finally {
            if (!made) {
                b.close();
            }
        }
    }

    @Override
    public void close() {
        try (b) {
            a.close();
        }
    }
}
