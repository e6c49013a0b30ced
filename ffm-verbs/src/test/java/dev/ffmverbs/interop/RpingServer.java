// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.interop;

import dev.ffmverbs.Access;
import dev.ffmverbs.Device;
import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.cm.Connection;
import dev.ffmverbs.cm.ConnectionRequest;
import dev.ffmverbs.cm.Listener;
import dev.ffmverbs.interop.RpingEndpoint.Advertisement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * The server of rping. It READs the memory that the client advertises, and WRITEs the data to the next one.
 *
 * <p>It checks every ping byte for byte, so it serves only clients that send {@link PingText}, as rping does.
 */
final class RpingServer implements AutoCloseable {

    private final RpingEndpoint endpoint;
    private final MemoryRegion data;
    private final Listener listener;
    private final BlockingQueue<ConnectionRequest> requests = new LinkedBlockingQueue<>();

    /**
     * Listens.
     *
     * @param device  device to use.
     * @param address one of the device's addresses; port 0 lets the system choose.
     */
    RpingServer(final Device device, final InetSocketAddress address) {
        endpoint = new RpingEndpoint(device);
        data = endpoint.domain().allocate(RpingEndpoint.MAXIMUM_PING_BYTES, Access.LOCAL_WRITE);
        listener = endpoint.manager().listen(address, 3, requests::add);
    }

    InetSocketAddress localAddress() {
        return listener.localAddress();
    }

    /**
     * Serves one client until it disconnects.
     *
     * @param limit   how long to wait for the client.
     * @param printer receives the text of each ping.
     * @return the number of pings.
     */
    int serve(final Duration limit, final Consumer<String> printer)
        throws InterruptedException, ExecutionException, TimeoutException {
        final ConnectionRequest request = requests.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
        if (request == null) {
            throw new AssertionError("no client connected to " + listener + " within " + limit);
        }
        final Connection connection = request.accept(endpoint.newQueuePair(), RpingEndpoint.parameters());
        endpoint.connected(connection);
        connection.whenEstablished().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        int pings = 0;
        while (serveOne(pings, printer)) {
            pings++;
        }
        connection.whenDisconnected().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        return pings;
    }

    private boolean serveOne(final int ping, final Consumer<String> printer) {
        final Advertisement source = endpoint.receive();
        if (source == null) {
            return false;
        }
        if (source.sizeBytes() < 1 || source.sizeBytes() > RpingEndpoint.MAXIMUM_PING_BYTES) {
            throw new AssertionError("the client advertised " + source + ", whose size is not 1 to "
                + RpingEndpoint.MAXIMUM_PING_BYTES);
        }
        data.segment().fill((byte) 0);
        endpoint.read(source, data);
        RpingEndpoint.requireBytes(PingText.bytes(ping, source.sizeBytes()), data, "ping " + ping);
        final int textBytes = textLength(data.segment());
        printer.accept(data.segment().getString(0));
        endpoint.send(source);

        final Advertisement sink = endpoint.receive();
        if (sink == null) {
            throw new AssertionError("the client disconnected in the middle of ping " + ping);
        }
        endpoint.write(data, textBytes + 1, sink);
        endpoint.send(sink);
        return true;
    }

    private static int textLength(final MemorySegment text) {
        int length = 0;
        while (text.get(ValueLayout.JAVA_BYTE, length) != 0) {
            length++;
        }
        return length;
    }

    @Override
    public void close() {
        listener.close();
        data.close();
        endpoint.close();
    }
}
