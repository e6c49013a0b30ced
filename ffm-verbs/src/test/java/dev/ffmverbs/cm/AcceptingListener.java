// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.QueuePair;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A listener that accepts every request with the same queue pair, and closes what it has accepted. */
final class AcceptingListener implements AutoCloseable {

    private final BlockingQueue<Connection> accepted = new LinkedBlockingQueue<>();
    private final Listener listener;

    AcceptingListener(
        final ConnectionManager manager, final InetSocketAddress address, final QueuePair queuePair,
        final AddressOption... options) {
        listener = manager.listen(address, 4, request -> {
            // The client may have its connection, and the test end, before this one is noted.
            synchronized (accepted) {
                accepted.add(request.accept(queuePair, ConnectionParameters.defaults()));
            }
        }, options);
    }

    InetSocketAddress address() {
        return listener.localAddress();
    }

    /** Returns the next connection, which the caller closes. */
    Connection take() throws InterruptedException {
        return accepted.poll(20, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        listener.close();
        final List<Connection> noted;
        synchronized (accepted) {
            noted = List.copyOf(accepted);
        }
        noted.forEach(Connection::close);
    }
}
