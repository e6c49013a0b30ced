// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.QueuePair;
import dev.ffmverbs.spi.AddressText;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import dev.ffmverbs.spi.ProviderException;
import java.net.InetSocketAddress;

/** An attempt to learn the queue pair of a peer. Its identifier is not needed once the peer has answered. */
final class PeerResolution extends DatagramAttempt {

    PeerResolution(
        final EventDispatcher dispatcher, final ConnectionIdentifierOperations identifier, final QueuePair queuePair,
        final InetSocketAddress remoteAddress, final ConnectionParameters parameters) {
        super(dispatcher, identifier, queuePair, remoteAddress, parameters);
    }

    @Override
    void ask(final ConnectionEventType resolved) throws ProviderException {
        if (resolved == ConnectionEventType.ADDRESS_RESOLVED) {
            resolveRoute();
        } else {
            DatagramQueuePair.makeReady(ownQueuePair(), identifier());
            identifier().connect(parameters().data(ownQueuePair().number()));
        }
    }

    @Override
    boolean keepsIdentifier() {
        return false;
    }

    @Override
    void free() {
        destroyIdentifier();
    }

    @Override
    public String toString() {
        return "the attempt to find the queue pair for datagrams at " + AddressText.of(resolvedAddress());
    }
}
