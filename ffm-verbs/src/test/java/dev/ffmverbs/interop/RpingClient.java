// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.interop;

import dev.ffmverbs.Access;
import dev.ffmverbs.Device;
import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.cm.Connection;
import dev.ffmverbs.cm.ConnectionException;
import dev.ffmverbs.interop.RpingEndpoint.Advertisement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Consumer;

/** The client of rping. The server READs a text and WRITEs it back, and the client compares it byte for byte. */
final class RpingClient implements AutoCloseable {

    private static final long NOBODY_LISTENS_PAUSE_MS = 100;

    private final RpingEndpoint endpoint;
    private final MemoryRegion source;
    private final MemoryRegion sink;

    /**
     * Prepares a client.
     *
     * @param device    device to use.
     * @param sizeBytes length of a ping: 24 to 65535, as for rping.
     */
    RpingClient(final Device device, final int sizeBytes) {
        endpoint = new RpingEndpoint(device);
        source = endpoint.domain().allocate(sizeBytes, Access.REMOTE_READ);
        sink = endpoint.domain().allocate(sizeBytes, Access.LOCAL_WRITE, Access.REMOTE_WRITE);
    }

    /**
     * Connects, pings and disconnects.
     *
     * @param local   address to connect from, port 0.
     * @param server  where a server listens, or will listen within the limit.
     * @param count   number of pings.
     * @param limit   time to connect.
     * @param printer receives the text of each ping.
     */
    void ping(final InetSocketAddress local, final InetSocketAddress server, final int count, final Duration limit,
        final Consumer<String> printer) throws InterruptedException {
        final Connection connection = connect(local, server, System.nanoTime() + limit.toNanos());
        endpoint.connected(connection);
        for (int ping = 0; ping < count; ping++) {
            pingOnce(ping);
            printer.accept(sink.segment().getString(0));
        }
        connection.disconnect();
    }

    private Connection connect(final InetSocketAddress local, final InetSocketAddress server, final long deadlineNs)
        throws InterruptedException {
        while (true) {
            try {
                return endpoint.manager().connect(local, server, endpoint.newQueuePair(), RpingEndpoint.parameters(),
                    Duration.ofNanos(Math.max(1, deadlineNs - System.nanoTime())));
            } catch (final ConnectionException e) {
                if (e.reason() != ConnectionException.Reason.REJECTED || System.nanoTime() > deadlineNs) {
                    throw e;
                }
                Thread.sleep(NOBODY_LISTENS_PAUSE_MS);
            }
        }
    }

    private void pingOnce(final int ping) {
        final byte[] text = PingText.bytes(ping, (int) source.lengthBytes());
        MemorySegment.copy(text, 0, source.segment(), ValueLayout.JAVA_BYTE, 0, text.length);
        sink.segment().fill((byte) 0);

        endpoint.send(advertisementOf(source));
        requireGoAhead(ping);
        endpoint.send(advertisementOf(sink));
        requireGoAhead(ping);
        RpingEndpoint.requireBytes(text, sink, "the echo of ping " + ping);
    }

    private static Advertisement advertisementOf(final MemoryRegion region) {
        return new Advertisement(region.iova(), region.rkey(), (int) region.lengthBytes());
    }

    private void requireGoAhead(final int ping) {
        if (endpoint.receive() == null) {
            throw new AssertionError("the server disconnected during ping " + ping);
        }
    }

    @Override
    public void close() {
        source.close();
        sink.close();
        endpoint.close();
    }
}
