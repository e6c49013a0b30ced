// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.libc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ffmverbs.layout.CompilerProbe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Compares offsets and constants of the socket calls with the installed C headers. */
@Timeout(60)
class MessageLayoutTest {

    private static final List<String> HEADERS = List.of("netinet/in.h", "netinet/udp.h", "poll.h", "stddef.h",
        "stdio.h", "sys/eventfd.h", "sys/socket.h", "time.h");

    @TempDir
    private Path folder;

    private static Map<String, Long> expected() {
        final Map<String, Long> values = new LinkedHashMap<>();
        values.put("sizeof(struct mmsghdr)", MessageLayout.MESSAGE_BYTES);
        values.put("offsetof(struct msghdr, msg_name)", MessageLayout.NAME);
        values.put("offsetof(struct msghdr, msg_namelen)", MessageLayout.NAME_LENGTH);
        values.put("offsetof(struct msghdr, msg_iov)", MessageLayout.VECTOR);
        values.put("offsetof(struct msghdr, msg_iovlen)", MessageLayout.VECTOR_LENGTH);
        values.put("offsetof(struct msghdr, msg_control)", MessageLayout.CONTROL);
        values.put("offsetof(struct msghdr, msg_controllen)", MessageLayout.CONTROL_LENGTH);
        values.put("offsetof(struct mmsghdr, msg_len)", MessageLayout.LENGTH);
        values.put("sizeof(struct iovec)", MessageLayout.VECTOR_BYTES);
        values.put("offsetof(struct iovec, iov_base)", MessageLayout.VECTOR_BASE);
        values.put("offsetof(struct iovec, iov_len)", MessageLayout.VECTOR_LENGTH_BYTES);
        values.put("sizeof(struct sockaddr_in)", (long) MessageLayout.ADDRESS_BYTES);
        values.put("offsetof(struct sockaddr_in, sin_family)", MessageLayout.FAMILY);
        values.put("offsetof(struct sockaddr_in, sin_port)", MessageLayout.UDP_PORT);
        values.put("offsetof(struct sockaddr_in, sin_addr)", MessageLayout.IP_ADDRESS);
        values.put("sizeof(struct sockaddr_in6)", (long) MessageLayout.IPV6_ADDRESS_BYTES);
        values.put("offsetof(struct sockaddr_in6, sin6_family)", MessageLayout.FAMILY);
        values.put("offsetof(struct sockaddr_in6, sin6_port)", MessageLayout.UDP_PORT);
        values.put("offsetof(struct sockaddr_in6, sin6_flowinfo)", MessageLayout.IPV6_FLOW);
        values.put("offsetof(struct sockaddr_in6, sin6_addr)", MessageLayout.IPV6_HIGH);
        values.put("offsetof(struct sockaddr_in6, sin6_addr) + 8", MessageLayout.IPV6_LOW);
        values.put("offsetof(struct sockaddr_in6, sin6_scope_id)", MessageLayout.IPV6_SCOPE);
        values.put("CMSG_SPACE(sizeof(int))", MessageLayout.CONTROL_BYTES);
        values.put("CMSG_SPACE(sizeof(short))", MessageLayout.CONTROL_BYTES);
        values.put("offsetof(struct cmsghdr, cmsg_len)", MessageLayout.CONTROL_MESSAGE_LENGTH);
        values.put("offsetof(struct cmsghdr, cmsg_level)", MessageLayout.CONTROL_LEVEL);
        values.put("offsetof(struct cmsghdr, cmsg_type)", MessageLayout.CONTROL_TYPE);
        values.put("CMSG_LEN(0)", MessageLayout.CONTROL_DATA);
        values.put("sizeof(struct pollfd)", DescriptorWait.ENTRY_BYTES);
        values.put("offsetof(struct pollfd, events)", DescriptorWait.EVENTS);
        values.put("offsetof(struct pollfd, revents)", DescriptorWait.RETURNED_EVENTS);
        values.put("sizeof(struct timespec)", DescriptorWait.TIMEOUT_BYTES);
        values.put("AF_INET", (long) MessageLayout.AF_INET);
        values.put("IPPROTO_IP", (long) MessageLayout.SOL_IP);
        values.put("IP_TOS", (long) MessageLayout.IP_TOS);
        values.put("AF_INET6", (long) MessageLayout.AF_INET6);
        values.put("IPPROTO_IPV6", (long) MessageLayout.SOL_IPV6);
        values.put("IPV6_TCLASS", (long) MessageLayout.IPV6_TCLASS);
        values.put("IPV6_V6ONLY", (long) UdpDescriptor.IPV6_V6ONLY);
        values.put("IPV6_MTU_DISCOVER", (long) UdpDescriptor.IPV6_MTU_DISCOVER);
        values.put("IPV6_PMTUDISC_DO", (long) UdpDescriptor.IP_PMTUDISC_DO);
        values.put("IPV6_MULTICAST_HOPS", (long) UdpDescriptor.IPV6_MULTICAST_HOPS);
        values.put("UDP_NO_CHECK6_RX", (long) UdpDescriptor.UDP_NO_CHECK6_RX);
        values.put("IPPROTO_UDP", (long) MessageLayout.SOL_UDP);
        values.put("UDP_SEGMENT", (long) MessageLayout.UDP_SEGMENT);
        values.put("UDP_GRO", (long) MessageLayout.UDP_GRO);
        values.put("SOCK_DGRAM", (long) UdpDescriptor.SOCK_DGRAM);
        values.put("SOCK_NONBLOCK", (long) UdpDescriptor.SOCK_NONBLOCK);
        values.put("SOCK_CLOEXEC", (long) UdpDescriptor.SOCK_CLOEXEC);
        values.put("SOL_SOCKET", (long) UdpDescriptor.SOL_SOCKET);
        values.put("SO_SNDBUF", (long) UdpDescriptor.SO_SNDBUF);
        values.put("SO_RCVBUF", (long) UdpDescriptor.SO_RCVBUF);
        values.put("IP_MTU_DISCOVER", (long) UdpDescriptor.IP_MTU_DISCOVER);
        values.put("IP_PMTUDISC_DO", (long) UdpDescriptor.IP_PMTUDISC_DO);
        values.put("IP_MULTICAST_TTL", (long) UdpDescriptor.IP_MULTICAST_TTL);
        values.put("MSG_DONTWAIT", (long) UdpDescriptor.MSG_DONTWAIT);
        values.put("EFD_NONBLOCK", (long) DescriptorWait.EFD_NONBLOCK);
        values.put("EFD_CLOEXEC", (long) DescriptorWait.EFD_CLOEXEC);
        values.put("POLLIN", (long) DescriptorWait.POLLIN);
        values.put("POLLOUT", (long) DescriptorWait.POLLOUT);
        values.putAll(expectedOfGroups());
        return values;
    }

    private static Map<String, Long> expectedOfGroups() {
        final Map<String, Long> values = new LinkedHashMap<>();
        values.put("IPV6_MULTICAST_IF", (long) UdpDescriptor.IPV6_MULTICAST_IF);
        values.put("IPV6_ADD_MEMBERSHIP", (long) UdpDescriptor.IPV6_ADD_MEMBERSHIP);
        values.put("IP_ADD_MEMBERSHIP", (long) UdpDescriptor.IP_ADD_MEMBERSHIP);
        values.put("SO_REUSEADDR", (long) UdpDescriptor.SO_REUSEADDR);
        values.put("SO_BINDTOIFINDEX", (long) UdpDescriptor.SO_BINDTOIFINDEX);
        values.put("sizeof(struct ip_mreqn)", (long) MessageLayout.MEMBERSHIP_BYTES);
        values.put("offsetof(struct ip_mreqn, imr_multiaddr)", MessageLayout.MEMBERSHIP_GROUP);
        values.put("offsetof(struct ip_mreqn, imr_ifindex)", MessageLayout.MEMBERSHIP_INTERFACE);
        values.put("sizeof(struct ipv6_mreq)", (long) MessageLayout.IPV6_MEMBERSHIP_BYTES);
        values.put("offsetof(struct ipv6_mreq, ipv6mr_multiaddr)", MessageLayout.IPV6_MEMBERSHIP_HIGH);
        values.put("offsetof(struct ipv6_mreq, ipv6mr_interface)", MessageLayout.IPV6_MEMBERSHIP_INTERFACE);
        return values;
    }

    @Test
    void everyNumberIsThatOfTheCompiler() throws IOException, InterruptedException {
        final CompilerProbe probe = new CompilerProbe(folder, HEADERS, "the headers of Linux");
        final String obstacle = probe.obstacle();
        assumeTrue(obstacle.isEmpty(), obstacle);
        final Map<String, Long> expected = expected();
        final Map<String, Long> found = probe.evaluate(expected.keySet());
        assumeTrue(found.keySet().containsAll(expected.keySet()),
            () -> "the headers of Linux lack some of these names; they have " + found.keySet());
        assertEquals(expected, found);
    }
}
