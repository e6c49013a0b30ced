// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.libc;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Offsets and constants of {@code struct mmsghdr} and of the structures that it points to. The values are those of
 * {@code sys/socket.h} and {@code netinet/in.h} on Linux for 64-bit processors.
 */
final class MessageLayout {

    /** {@code struct mmsghdr}: a {@code struct msghdr} and the number of bytes sent or received. */
    static final long MESSAGE_BYTES = 64;
    static final long NAME = 0;
    static final long NAME_LENGTH = 8;
    static final long VECTOR = 16;
    static final long VECTOR_LENGTH = 24;
    static final long CONTROL = 32;
    static final long CONTROL_LENGTH = 40;
    static final long LENGTH = 56;

    /** {@code struct iovec}. */
    static final long VECTOR_BYTES = 16;
    static final long VECTOR_BASE = 0;
    static final long VECTOR_LENGTH_BYTES = 8;

    /** Aligned room for {@code struct sockaddr_in} or {@code struct sockaddr_in6}. */
    static final int ADDRESS_ROOM_BYTES = 32;

    /** {@code struct sockaddr_in}. */
    static final int ADDRESS_BYTES = 16;
    static final long FAMILY = 0;
    static final long UDP_PORT = 2;
    static final long IP_ADDRESS = 4;
    static final short AF_INET = 2;

    /** {@code struct sockaddr_in6}. */
    static final int IPV6_ADDRESS_BYTES = 28;
    static final long IPV6_FLOW = 4;
    static final long IPV6_HIGH = 8;
    static final long IPV6_LOW = 16;
    static final long IPV6_SCOPE = 24;
    static final short AF_INET6 = 10;

    /** {@code struct ip_mreqn}. */
    static final int MEMBERSHIP_BYTES = 12;
    static final long MEMBERSHIP_GROUP = 0;
    static final long MEMBERSHIP_INTERFACE = 8;

    /** {@code struct ipv6_mreq}. */
    static final int IPV6_MEMBERSHIP_BYTES = 20;
    static final long IPV6_MEMBERSHIP_HIGH = 0;
    static final long IPV6_MEMBERSHIP_LOW = 8;
    static final long IPV6_MEMBERSHIP_INTERFACE = 16;

    /** {@code struct cmsghdr}, and its size with up to eight bytes of data ({@code CMSG_SPACE(3)}). */
    static final long CONTROL_BYTES = 24;
    static final long CONTROL_MESSAGE_LENGTH = 0;
    static final long CONTROL_LEVEL = 8;
    static final long CONTROL_TYPE = 12;
    static final long CONTROL_DATA = 16;

    static final int SOL_IP = 0;
    static final int IP_TOS = 1;
    static final int SOL_IPV6 = 41;
    static final int IPV6_TCLASS = 67;
    static final int SOL_UDP = 17;
    static final int UDP_SEGMENT = 103;
    static final int UDP_GRO = 104;

    static final ValueLayout.OfShort NETWORK_SHORT =
        ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);
    static final ValueLayout.OfInt NETWORK_INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);
    static final ValueLayout.OfLong NETWORK_LONG = ValueLayout.JAVA_LONG.withOrder(ByteOrder.BIG_ENDIAN);

    private MessageLayout() {
    }
}
