// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ffmverbs.spi.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Sees the RoCEv2 packets over IPv4 on all interfaces of this network namespace ({@code packet(7)}). */
final class PacketCapture implements AutoCloseable {

    private static final int AF_PACKET = 17;
    private static final int SOCK_DGRAM_NONBLOCK = 2 | 0x800;
    /** Not IPv4 alone, which would be the packets that arrive, without those that leave. */
    private static final int ETH_P_ALL_IN_NETWORK_ORDER = 0x0300;
    private static final int IPV4 = 4;
    private static final int SNAP_BYTES = 256;
    private static final int UDP = 17;
    private static final int ROCE_PORT = 4791;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVBUFFORCE = 33;

    /** Room for the packets of other processes too, which would take the place of those of the test. */
    private static final int BUFFER_BYTES = 64 << 20;
    private static final StructLayout STATE = Linker.Option.captureStateLayout();

    private static final MethodHandle SOCKET = link("socket", FunctionDescriptor.of(
        JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT), Linker.Option.captureCallState("errno"));
    private static final MethodHandle SET_OPTION = link("setsockopt", FunctionDescriptor.of(
        JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ValueLayout.ADDRESS, JAVA_INT));
    private static final MethodHandle RECEIVE = link("recv", FunctionDescriptor.of(
        JAVA_LONG, JAVA_INT, ValueLayout.ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle CLOSE = link("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(SNAP_BYTES);
    private final int descriptor;

    /**
     * A packet.
     *
     * @param source               address that it came from, first octet in the top byte.
     * @param tos                  TOS byte of its IPv4 header.
     * @param sourcePort           its UDP source port.
     * @param destinationQueuePair the queue pair that it is for.
     * @param attribute            what kind of management datagram it is if it is for queue pair 1.
     */
    record Packet(int source, int tos, int sourcePort, int destinationQueuePair, int attribute) {
    }

    /** Starts to capture, or skips the test if this process may not. */
    PacketCapture() {
        final MemorySegment state = arena.allocate(STATE);
        try {
            descriptor = (int) SOCKET.invokeExact(state, AF_PACKET, SOCK_DGRAM_NONBLOCK, ETH_P_ALL_IN_NETWORK_ORDER);
        } catch (final Throwable e) {
            throw new AssertionError(e);
        }
        final int errno = (int) STATE.varHandle(MemoryLayout.PathElement.groupElement("errno")).get(state, 0L);
        Assumptions.assumeTrue(descriptor >= 0, () -> "packets cannot be captured: " + Errno.describe(errno));
        try {
            final int status = (int) SET_OPTION.invokeExact(descriptor, SOL_SOCKET, SO_RCVBUFFORCE,
                arena.allocateFrom(JAVA_INT, BUFFER_BYTES), Integer.BYTES);
            assertEquals(0, status, "setsockopt(SO_RCVBUFFORCE)");
        } catch (final Throwable e) {
            throw new AssertionError(e);
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle link(
        final String name, final FunctionDescriptor descriptor, final Linker.Option... options) {
        final Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().find(name).orElseThrow(), descriptor, options);
    }

    /** Returns the packets that were captured since the last call. */
    List<Packet> packets() {
        final List<Packet> packets = new ArrayList<>();
        long length = receive();
        while (length >= 0) {
            final ByteBuffer bytes = buffer.asByteBuffer();
            final int udp = (bytes.get(0) & 0xF) * Integer.BYTES;
            if (length > udp + 20 && bytes.get(0) >> 4 == IPV4 && bytes.get(9) == UDP
                && bytes.getShort(udp + 2) == ROCE_PORT) {
                packets.add(new Packet(bytes.getInt(12), Byte.toUnsignedInt(bytes.get(1)),
                    Short.toUnsignedInt(bytes.getShort(udp)), bytes.getInt(udp + 12) & 0xFF_FFFF,
                    bytes.getShort(udp + 44)));
            }
            length = receive();
        }
        return packets;
    }

    private long receive() {
        try {
            return (long) RECEIVE.invokeExact(descriptor, buffer, buffer.byteSize(), 0);
        } catch (final Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        try {
            final int ignored = (int) CLOSE.invokeExact(descriptor);
        } catch (final Throwable e) {
            throw new AssertionError(e);
        }
        arena.close();
    }
}
