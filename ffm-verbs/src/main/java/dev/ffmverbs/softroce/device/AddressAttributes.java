// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.ffmverbs.softroce.port.LocalAddress;
import dev.ffmverbs.softroce.port.Paths;
import dev.ffmverbs.softroce.port.SourcePorts;
import dev.ffmverbs.softroce.wire.IpAddress;
import dev.ffmverbs.softroce.wire.Ipv4Header;
import dev.ffmverbs.softroce.wire.Ipv6Header;
import dev.ffmverbs.softroce.wire.UdpPath;
import dev.ffmverbs.spi.constants.CompletionFlags;
import dev.ffmverbs.spi.layout.AddressAttributesLayout;
import dev.ffmverbs.spi.layout.GidLayout;
import dev.ffmverbs.spi.layout.GlobalRoutingHeaderLayout;
import dev.ffmverbs.spi.layout.WorkCompletionLayout;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * Reads and checks the address of a peer ({@code struct ibv_ah_attr}).
 *
 * @param local address of this device.
 * @param gids  addresses that paths may start at.
 */
record AddressAttributes(LocalAddress local, GidTable gids) {

    private static final int ONLY_PORT = 1;
    private static final int IPV4_START = (int) GlobalRoutingHeaderLayout.BYTES - Ipv4Header.BYTES;

    /** Returns a sentence that describes why an address is not that of a host; null if it is. */
    String flawOfHost(final MemorySegment address) {
        final String flaw = flaw(address);
        return flaw == null && destination(address).toInetAddress().isMulticastAddress() ? notHost(address) : flaw;
    }

    /** Returns a sentence that describes why datagrams cannot be sent to an address; null if they can. */
    String flawOfDatagrams(final MemorySegment address) {
        final int port = octet(address, AddressAttributesLayout.PORT);
        return port == ONLY_PORT ? flaw(address) : "ah_attr.port_num is " + port + "; the device has port 1 only";
    }

    private String flaw(final MemorySegment address) {
        if (octet(address, AddressAttributesLayout.IS_GLOBAL) == 0) {
            return "ah_attr.is_global must be 1; RoCE is routed by GIDs";
        }
        final int gidIndex = gidIndex(address);
        // Read once, because an address can go away at any time.
        final IpAddress source = gids.address(gidIndex);
        if (source == null) {
            return "ah_attr.grh.sgid_index is " + gidIndex + "; " + gids.describeAbsence(gidIndex);
        }
        final IpAddress destination = destination(address);
        if (destination.toInetAddress().isAnyLocalAddress()) {
            return notHost(address);
        }
        return versionFlaw(source, destination, gidIndex);
    }

    private static String versionFlaw(final IpAddress source, final IpAddress destination, final int gidIndex) {
        return source.isIpv4() == destination.isIpv4() ? null : "ah_attr.grh.dgid is " + destination
            + ", but packets with ah_attr.grh.sgid_index " + gidIndex + " leave from " + source
            + ": choose the index of an " + (destination.isIpv4() ? "IPv4" : "IPv6") + " address";
    }

    private String notHost(final MemorySegment address) {
        return "ah_attr.grh.dgid is " + destination(address) + ", which is no host's address";
    }

    private static int gidIndex(final MemorySegment address) {
        return octet(address, AddressAttributesLayout.SOURCE_GID_INDEX);
    }

    private IpAddress destination(final MemorySegment address) {
        return MappedGid.read(AddressAttributesLayout.destinationGid(address), local.interfaceIndex());
    }

    /**
     * Makes the path from this device to an address, under the lock of the port.
     *
     * @param paths   makes it.
     * @param address address without flaw.
     * @param here    number of the queue pair at this side.
     * @param there   number of the peer's queue pair.
     * @return the path of the packets of this queue pair.
     * @throws IOException if the system refuses a socket, or the address of this side has gone away since the address
     *                     was checked.
     */
    UdpPath path(final Paths paths, final MemorySegment address, final int here, final int there)
        throws IOException {
        final int gidIndex = gidIndex(address);
        final IpAddress source = gids.address(gidIndex);
        final IpAddress destination = destination(address);
        final String flaw =
            source == null ? gids.describeAbsence(gidIndex) : versionFlaw(source, destination, gidIndex);
        if (flaw != null) {
            throw new IOException(flaw);
        }
        final int flowLabel = address.get(JAVA_INT, AddressAttributesLayout.FLOW_LABEL);
        return paths.make(source, destination, octet(address, AddressAttributesLayout.TRAFFIC_CLASS),
            SourcePorts.of(flowLabel, here, there));
    }

    /**
     * Makes the path of datagrams from this device to an address, under the lock of the port. All queue pairs send to
     * the address on this path.
     */
    UdpPath datagramPath(final Paths paths, final MemorySegment address) throws IOException {
        final MemorySegment gid = AddressAttributesLayout.destinationGid(address);
        return path(paths, address, (int) GidLayout.interfaceId(gid) | 1, (int) local.ip().low() | 1);
    }

    /**
     * Writes the path to the sender of a datagram.
     *
     * @param completion the {@code struct ibv_wc} of its receive.
     * @param header     the 40 bytes before its payload.
     * @param address    receives a {@code struct ibv_ah_attr}.
     * @return a sentence that describes why there is no path; null when it is written.
     */
    String writePathToSender(
        final MemorySegment completion, final MemorySegment header, final MemorySegment address) {
        if ((completion.get(JAVA_INT, WorkCompletionLayout.FLAGS) & CompletionFlags.GLOBAL_ROUTING_HEADER) == 0) {
            return "the completion has no IBV_WC_GRH, so that no header names the sender";
        }
        final ByteBuffer fields = header.asByteBuffer();
        final boolean ipv6 = Ipv6Header.isAt(fields, 0);
        final int scope = local.interfaceIndex();
        final IpAddress destination = ipv6 ? Ipv6Header.destination(fields, 0, scope)
            : IpAddress.ofIpv4(Ipv4Header.destinationAddress(fields, IPV4_START));
        final int gidIndex = gids.indexOf(destination);
        if (gidIndex < 0) {
            return "the datagram was sent to " + destination + ", which is not an address of this device";
        }
        final IpAddress source = ipv6 ? Ipv6Header.source(fields, 0, scope)
            : IpAddress.ofIpv4(Ipv4Header.sourceAddress(fields, IPV4_START));
        address.fill((byte) 0);
        put(address, AddressAttributesLayout.IS_GLOBAL, 1);
        put(address, AddressAttributesLayout.PORT, ONLY_PORT);
        GidLayout.write(AddressAttributesLayout.destinationGid(address), source.high(), source.low());
        put(address, AddressAttributesLayout.SOURCE_GID_INDEX, gidIndex);
        put(address, AddressAttributesLayout.HOP_LIMIT,
            ipv6 ? Ipv6Header.hopLimit(fields, 0) : Ipv4Header.timeToLive(fields, IPV4_START));
        put(address, AddressAttributesLayout.TRAFFIC_CLASS,
            ipv6 ? Ipv6Header.trafficClass(fields, 0) : Ipv4Header.trafficClass(fields, IPV4_START));
        return null;
    }

    private static void put(final MemorySegment structure, final int offset, final int value) {
        structure.set(JAVA_BYTE, offset, (byte) value);
    }

    private static int octet(final MemorySegment structure, final int offset) {
        return Byte.toUnsignedInt(structure.get(JAVA_BYTE, offset));
    }
}
