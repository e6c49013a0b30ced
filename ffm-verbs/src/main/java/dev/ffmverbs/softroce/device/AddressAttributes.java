// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.ffmverbs.softroce.port.LocalAddress;
import dev.ffmverbs.softroce.wire.Ipv4Header;
import dev.ffmverbs.softroce.wire.UdpPath;
import dev.ffmverbs.spi.constants.CompletionFlags;
import dev.ffmverbs.spi.layout.AddressAttributesLayout;
import dev.ffmverbs.spi.layout.GlobalRoutingHeaderLayout;
import dev.ffmverbs.spi.layout.WorkCompletionLayout;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/** Reads and checks the address of a peer ({@code struct ibv_ah_attr}). */
final class AddressAttributes {

    private static final int ONLY_PORT = 1;
    private static final int IPV4_START = (int) GlobalRoutingHeaderLayout.BYTES - Ipv4Header.BYTES;

    private AddressAttributes() {
    }

    /** Returns a sentence that describes why an address is not that of a host; null if it is. */
    static String flawOfHost(final MemorySegment address) {
        final String flaw = flaw(address);
        return flaw == null && destination(address).isMulticastAddress() ? notHost(address) : flaw;
    }

    /** Returns a sentence that describes why datagrams cannot be sent to an address; null if they can. */
    static String flawOfDatagrams(final MemorySegment address) {
        final int port = octet(address, AddressAttributesLayout.PORT);
        return port == ONLY_PORT ? flaw(address) : "ah_attr.port_num is " + port + "; the device has port 1 only";
    }

    private static String flaw(final MemorySegment address) {
        if (octet(address, AddressAttributesLayout.IS_GLOBAL) == 0) {
            return "ah_attr.is_global must be 1; RoCE is routed by GIDs";
        }
        final int gidIndex = octet(address, AddressAttributesLayout.SOURCE_GID_INDEX);
        if (gidIndex != SoftContext.GID_INDEX) {
            return "ah_attr.grh.sgid_index is " + gidIndex + "; the device has one GID, at index 0";
        }
        final MemorySegment gid = AddressAttributesLayout.destinationGid(address);
        if (!MappedGid.isMapped(gid) && !MappedGid.isGroup(gid)) {
            return "ah_attr.grh.dgid is no IPv4 address; IPv6 is not supported";
        }
        return destination(address).isAnyLocalAddress() ? notHost(address) : null;
    }

    private static String notHost(final MemorySegment address) {
        return "ah_attr.grh.dgid is " + destination(address).getHostAddress() + ", which is no host's address";
    }

    private static InetAddress destination(final MemorySegment address) {
        return UdpPath.toInetAddress(MappedGid.read(AddressAttributesLayout.destinationGid(address)));
    }

    /** Returns the path from this device to an address without flaw. */
    static UdpPath path(final LocalAddress local, final MemorySegment address) {
        return new UdpPath(local.value(), local.udpPort(),
            MappedGid.read(AddressAttributesLayout.destinationGid(address)), local.udpPort(),
            octet(address, AddressAttributesLayout.TRAFFIC_CLASS));
    }

    /**
     * Writes the path to the sender of a datagram.
     *
     * @param local      address of this device.
     * @param completion the {@code struct ibv_wc} of its receive.
     * @param header     the 40 bytes before its payload.
     * @param address    receives a {@code struct ibv_ah_attr}.
     * @return a sentence that describes why there is no path; null when it is written.
     */
    static String writePathToSender(
        final LocalAddress local, final MemorySegment completion, final MemorySegment header,
        final MemorySegment address) {
        if ((completion.get(JAVA_INT, WorkCompletionLayout.FLAGS) & CompletionFlags.GLOBAL_ROUTING_HEADER) == 0) {
            return "the completion has no IBV_WC_GRH, so that no header names the sender";
        }
        final ByteBuffer fields = header.asByteBuffer();
        if (Ipv4Header.destinationAddress(fields, IPV4_START) != local.value()) {
            return "the datagram was sent to "
                + UdpPath.toInetAddress(Ipv4Header.destinationAddress(fields, IPV4_START)).getHostAddress()
                + ", which is not the address of this device";
        }
        address.fill((byte) 0);
        address.set(JAVA_BYTE, AddressAttributesLayout.IS_GLOBAL, (byte) 1);
        address.set(JAVA_BYTE, AddressAttributesLayout.PORT, (byte) ONLY_PORT);
        MappedGid.write(
            AddressAttributesLayout.destinationGid(address), Ipv4Header.sourceAddress(fields, IPV4_START));
        address.set(JAVA_BYTE, AddressAttributesLayout.SOURCE_GID_INDEX, (byte) SoftContext.GID_INDEX);
        address.set(
            JAVA_BYTE, AddressAttributesLayout.HOP_LIMIT, (byte) Ipv4Header.timeToLive(fields, IPV4_START));
        address.set(
            JAVA_BYTE, AddressAttributesLayout.TRAFFIC_CLASS, (byte) Ipv4Header.trafficClass(fields, IPV4_START));
        return null;
    }

    private static int octet(final MemorySegment structure, final int offset) {
        return Byte.toUnsignedInt(structure.get(JAVA_BYTE, offset));
    }
}
