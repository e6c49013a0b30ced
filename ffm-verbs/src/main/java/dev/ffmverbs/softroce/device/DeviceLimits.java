// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.ffmverbs.softroce.port.LocalAddress;
import dev.ffmverbs.spi.constants.AtomicCapabilities;
import dev.ffmverbs.spi.constants.DeviceCapabilityFlags;
import dev.ffmverbs.spi.constants.LinkLayers;
import dev.ffmverbs.spi.constants.PagingCapabilities;
import dev.ffmverbs.spi.constants.PathMtus;
import dev.ffmverbs.spi.constants.PortCapabilityFlags;
import dev.ffmverbs.spi.constants.PortStates;
import dev.ffmverbs.spi.layout.DeviceAttributesLayout;
import dev.ffmverbs.spi.layout.ExtendedDeviceAttributesLayout;
import dev.ffmverbs.spi.layout.PortAttributesLayout;
import java.lang.foreign.MemorySegment;

/** The limits of a software device, and the attributes that report them. */
final class DeviceLimits {

    static final int MAX_REQUESTS = 1 << 15;
    static final int MAX_ELEMENTS = 32;
    static final int MAX_INLINE_BYTES = 4096;
    static final int MAX_COMPLETIONS = 1 << 20;
    static final int MAX_READ_ATOMIC = 128;
    static final int MAX_ADDRESS_HANDLES = 1 << 20;
    static final int MAX_MULTICAST_GROUPS = 256;

    /** The default partition, of which everything on Ethernet is a full member. */
    static final int PARTITION_KEY = 0xFFFF;

    private static final int MAX_OBJECTS = 1 << 20;
    private static final int MAX_MESSAGE_BYTES = 1 << 31;
    private static final int PAGE_BYTES = 4096;
    private static final int PHYSICAL_STATE_LINK_UP = 5;
    private static final int WIDTH_4X = 2;
    private static final int SPEED_10_GBIT = 4;
    private static final int SMALLEST_MTU_BYTES = 256;
    private static final long NANOSECOND_CLOCK_KILOHERTZ = 1_000_000;

    private static final int CAPABILITIES =
        DeviceCapabilityFlags.RECEIVER_NOT_READY_NAK | DeviceCapabilityFlags.CURRENT_STATE_MODIFIABLE
            | DeviceCapabilityFlags.MEMORY_WINDOWS | DeviceCapabilityFlags.MEMORY_WINDOWS_TYPE_2B;

    private static final int ALL_PAGING = PagingCapabilities.SEND | PagingCapabilities.RECEIVE
        | PagingCapabilities.WRITE | PagingCapabilities.READ | PagingCapabilities.ATOMIC
        | PagingCapabilities.SHARED_RECEIVE;

    private DeviceLimits() {
    }

    /** Fills a {@code struct ibv_device_attr_ex}. Values that the device lacks stay zero. */
    static void describeDevice(final MemorySegment extended, final long guid, final String socket) {
        extended.fill((byte) 0);
        final MemorySegment attributes = ExtendedDeviceAttributesLayout.basic(extended);
        describeSocket(DeviceAttributesLayout.firmwareVersion(attributes), socket);
        attributes.set(JAVA_LONG, DeviceAttributesLayout.NODE_GUID, Long.reverseBytes(guid));
        attributes.set(JAVA_LONG, DeviceAttributesLayout.SYSTEM_IMAGE_GUID, Long.reverseBytes(guid));
        attributes.set(JAVA_LONG, DeviceAttributesLayout.MAXIMUM_REGION_BYTES, Long.MAX_VALUE);
        attributes.set(JAVA_LONG, DeviceAttributesLayout.PAGE_SIZES, PAGE_BYTES);
        attributes.set(JAVA_INT, DeviceAttributesLayout.MAXIMUM_QUEUE_PAIRS, MAX_OBJECTS);
        attributes.set(JAVA_INT, DeviceAttributesLayout.MAXIMUM_REQUESTS, MAX_REQUESTS);
        attributes.set(JAVA_INT, DeviceAttributesLayout.CAPABILITY_FLAGS, CAPABILITIES);
        attributes.set(JAVA_INT, DeviceAttributesLayout.MAXIMUM_ELEMENTS, MAX_ELEMENTS);
        attributes.set(JAVA_INT, DeviceAttributesLayout.MAXIMUM_READ_ELEMENTS, MAX_ELEMENTS);
        attributes.set(JAVA_INT, DeviceAttributesLayout.MAXIMUM_COMPLETION_QUEUES, MAX_OBJECTS);
        attributes.set(JAVA_INT, DeviceAttributesLayout.MAXIMUM_COMPLETIONS, MAX_COMPLETIONS);
        attributes.set(JAVA_INT, DeviceAttributesLayout.MAXIMUM_REGIONS, MAX_OBJECTS);
        attributes.set(JAVA_INT, DeviceAttributesLayout.MAXIMUM_PROTECTION_DOMAINS, MAX_OBJECTS);
        attributes.set(JAVA_INT, DeviceAttributesLayout.MAXIMUM_INCOMING_READS, MAX_READ_ATOMIC);
        attributes.set(JAVA_INT, DeviceAttributesLayout.MAXIMUM_DEVICE_READS, MAX_READ_ATOMIC * MAX_OBJECTS);
        attributes.set(JAVA_INT, DeviceAttributesLayout.MAXIMUM_OUTGOING_READS, MAX_READ_ATOMIC);
        attributes.set(JAVA_INT, DeviceAttributesLayout.ATOMIC_CAPABILITY, AtomicCapabilities.GLOBAL);
        attributes.set(JAVA_INT, DeviceAttributesLayout.MAXIMUM_ADDRESS_HANDLES, MAX_ADDRESS_HANDLES);
        attributes.set(JAVA_INT, DeviceAttributesLayout.MAXIMUM_MEMORY_WINDOWS, MAX_OBJECTS);
        attributes.set(JAVA_INT, DeviceAttributesLayout.MAXIMUM_SHARED_RECEIVE_QUEUES, MAX_OBJECTS);
        attributes.set(JAVA_INT, DeviceAttributesLayout.MAXIMUM_SHARED_REQUESTS, MAX_REQUESTS);
        attributes.set(JAVA_INT, DeviceAttributesLayout.MAXIMUM_SHARED_ELEMENTS, MAX_ELEMENTS);
        attributes.set(JAVA_SHORT, DeviceAttributesLayout.PARTITION_KEYS, (short) 1);
        attributes.set(JAVA_BYTE, DeviceAttributesLayout.PHYSICAL_PORTS, (byte) 1);
        extended.set(JAVA_INT, ExtendedDeviceAttributesLayout.PHYSICAL_PORTS, 1);
        extended.set(JAVA_LONG, ExtendedDeviceAttributesLayout.CAPABILITY_FLAGS, CAPABILITIES
            | DeviceCapabilityFlags.FLUSH_TO_GLOBAL_VISIBILITY | DeviceCapabilityFlags.FLUSH_TO_PERSISTENCE
            | DeviceCapabilityFlags.ATOMIC_WRITE);
        extended.set(JAVA_LONG, ExtendedDeviceAttributesLayout.PAGING_FLAGS, PagingCapabilities.SUPPORTED);
        extended.set(JAVA_INT, ExtendedDeviceAttributesLayout.RELIABLE_CONNECTION_PAGING, ALL_PAGING);
        extended.set(JAVA_INT, ExtendedDeviceAttributesLayout.UNRELIABLE_CONNECTION_PAGING,
            ALL_PAGING & ~(PagingCapabilities.READ | PagingCapabilities.ATOMIC));
        extended.set(JAVA_INT, ExtendedDeviceAttributesLayout.UNRELIABLE_DATAGRAM_PAGING,
            PagingCapabilities.SEND | PagingCapabilities.RECEIVE | PagingCapabilities.SHARED_RECEIVE);
        extended.set(JAVA_LONG, ExtendedDeviceAttributesLayout.COMPLETION_TIMESTAMP_MASK, -1L);
        extended.set(JAVA_LONG, ExtendedDeviceAttributesLayout.CORE_CLOCK_KILOHERTZ, NANOSECOND_CLOCK_KILOHERTZ);
    }

    /** Describes the socket in use in place of a firmware version, cut to the room for it. */
    private static void describeSocket(final MemorySegment firmwareVersion, final String socket) {
        final String text = "soft, " + socket.replaceAll("[^ -~]", "?");
        firmwareVersion.setString(0, text.substring(0, (int) Math.min(text.length(), firmwareVersion.byteSize() - 1)));
    }

    /** Fills a {@code struct ibv_port_attr}. */
    static void describePort(final MemorySegment attributes, final LocalAddress local) {
        attributes.fill((byte) 0);
        attributes.set(JAVA_INT, PortAttributesLayout.STATE, PortStates.ACTIVE);
        attributes.set(JAVA_INT, PortAttributesLayout.MAXIMUM_MTU, PathMtus.MTU_4096);
        attributes.set(JAVA_INT, PortAttributesLayout.ACTIVE_MTU, mtuCode(local.pathMtuBytes()));
        attributes.set(JAVA_INT, PortAttributesLayout.GID_TABLE_LENGTH, 1);
        attributes.set(JAVA_INT, PortAttributesLayout.CAPABILITY_FLAGS, PortCapabilityFlags.CONNECTION_MANAGEMENT);
        attributes.set(JAVA_INT, PortAttributesLayout.MAXIMUM_MESSAGE_BYTES, MAX_MESSAGE_BYTES);
        attributes.set(JAVA_SHORT, PortAttributesLayout.PARTITION_KEY_COUNT, (short) 1);
        attributes.set(JAVA_BYTE, PortAttributesLayout.VIRTUAL_LANES, (byte) 1);
        attributes.set(JAVA_BYTE, PortAttributesLayout.ACTIVE_WIDTH, (byte) WIDTH_4X);
        attributes.set(JAVA_BYTE, PortAttributesLayout.ACTIVE_SPEED, (byte) SPEED_10_GBIT);
        attributes.set(JAVA_BYTE, PortAttributesLayout.PHYSICAL_STATE, (byte) PHYSICAL_STATE_LINK_UP);
        attributes.set(JAVA_BYTE, PortAttributesLayout.LINK_LAYER, (byte) LinkLayers.ETHERNET);
    }

    /** Returns the C constant of {@code enum ibv_mtu}. */
    static int mtuCode(final int bytes) {
        return Integer.numberOfTrailingZeros(bytes / SMALLEST_MTU_BYTES) + PathMtus.MTU_256;
    }

    /** Returns the bytes of a C constant of {@code enum ibv_mtu}, or 0 for another number. */
    static int mtuBytes(final int code) {
        return code < PathMtus.MTU_256 || code > PathMtus.MTU_4096
            ? 0 : SMALLEST_MTU_BYTES << code - PathMtus.MTU_256;
    }
}
