// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.libc;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.ffmverbs.spi.Errno;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A UDP socket for IPv4 or for IPv6. It never blocks, is not inherited by other programs, and its packets are never
 * fragmented ({@code IP_PMTUDISC_DO}).
 *
 * <p>Not thread-safe, and not usable while it is being closed. See {@link #close}.
 */
public class UdpDescriptor implements AutoCloseable {

    /**
     * Number of routers that packets to a multicast group may pass, as for all other packets. The default of the
     * system would keep them within the network.
     */
    public static final int MULTICAST_TIME_TO_LIVE = 64;

    static final int SOCK_DGRAM = 2;
    static final int SOCK_NONBLOCK = 0x800;
    static final int SOCK_CLOEXEC = 0x80000;

    static final int SOL_SOCKET = 1;
    static final int SO_REUSEADDR = 2;
    static final int SO_SNDBUF = 7;
    static final int SO_RCVBUF = 8;
    static final int SO_BINDTOIFINDEX = 62;
    static final int IP_MTU_DISCOVER = 10;
    static final int IP_PMTUDISC_DO = 2;
    static final int IP_MULTICAST_TTL = 33;
    static final int IP_ADD_MEMBERSHIP = 35;
    static final int IPV6_MULTICAST_IF = 17;
    static final int IPV6_MULTICAST_HOPS = 18;
    static final int IPV6_ADD_MEMBERSHIP = 20;
    static final int IPV6_MTU_DISCOVER = 23;
    static final int IPV6_V6ONLY = 26;
    static final int UDP_NO_CHECK6_RX = 102;
    static final int MSG_DONTWAIT = 0x40;

    private static final int CLOSED = -1;

    private final MemorySegment errno;
    private final MemorySegment argument;
    private final MemorySegment argumentLength;
    private final boolean ipv4;
    private int descriptor;

    /**
     * Opens a socket for IPv4.
     *
     * @throws IOException if the system refuses it. The message contains the call and the error.
     */
    public UdpDescriptor() throws IOException {
        this(true);
    }

    /**
     * Opens a socket. A socket for IPv6 also receives packets without a UDP checksum, as kernel devices and NICs send
     * them ({@code UDP_NO_CHECK6_RX}).
     *
     * @param ipv4 whether it is for IPv4, otherwise for IPv6 only.
     * @throws IOException if the system refuses it. The message contains the call and the error.
     */
    public UdpDescriptor(final boolean ipv4) throws IOException {
        this.ipv4 = ipv4;
        final Arena arena = Arena.ofAuto();
        errno = Libc.allocateErrno(arena);
        argument = arena.allocate(MessageLayout.ADDRESS_ROOM_BYTES, Long.BYTES);
        argumentLength = arena.allocate(JAVA_INT);
        descriptor = Libc.socket(errno, ipv4 ? MessageLayout.AF_INET : MessageLayout.AF_INET6,
            SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (descriptor < 0) {
            throw new CallFailedException(
                ipv4 ? "socket(AF_INET, SOCK_DGRAM)" : "socket(AF_INET6, SOCK_DGRAM)", -descriptor);
        }
        boolean complete = false;
        try {
            if (ipv4) {
                set(MessageLayout.SOL_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO, "IP_MTU_DISCOVER");
                set(MessageLayout.SOL_IP, IP_MULTICAST_TTL, MULTICAST_TIME_TO_LIVE, "IP_MULTICAST_TTL");
            } else {
                set(MessageLayout.SOL_IPV6, IPV6_V6ONLY, 1, "IPV6_V6ONLY");
                set(MessageLayout.SOL_IPV6, IPV6_MTU_DISCOVER, IP_PMTUDISC_DO, "IPV6_MTU_DISCOVER");
                set(MessageLayout.SOL_IPV6, IPV6_MULTICAST_HOPS, MULTICAST_TIME_TO_LIVE, "IPV6_MULTICAST_HOPS");
                set(MessageLayout.SOL_UDP, UDP_NO_CHECK6_RX, 1, "UDP_NO_CHECK6_RX");
            }
            complete = true;
        } finally {
            if (!complete) {
                close();
            }
        }
    }

    private void set(final int level, final int option, final int value, final String name) throws IOException {
        argument.set(JAVA_INT, 0, value);
        setArgument(level, option, Integer.BYTES, name + ", " + value);
    }

    private void setArgument(final int level, final int option, final int bytes, final String text)
        throws IOException {
        final int result = Libc.setsockopt(errno, open(), level, option, argument, bytes);
        if (result < 0) {
            throw new CallFailedException("setsockopt(" + text + ")", -result);
        }
    }

    private int get(final int level, final int option, final String name) throws IOException {
        argumentLength.set(JAVA_INT, 0, Integer.BYTES);
        final int result = Libc.getsockopt(errno, open(), level, option, argument, argumentLength);
        if (result < 0) {
            throw new CallFailedException("getsockopt(" + name + ")", -result);
        }
        return argument.get(JAVA_INT, 0);
    }

    private int open() throws IOException {
        if (descriptor == CLOSED) {
            throw new IOException("the socket is closed");
        }
        return descriptor;
    }

    /** Returns the descriptor, for use in a wait. */
    int descriptor() {
        return descriptor;
    }

    /**
     * Returns whether the socket is open.
     *
     * @return false after {@link #close}.
     */
    public boolean isOpen() {
        return descriptor != CLOSED;
    }

    /**
     * Lets other sockets have the same address and UDP port, if they allow it as well. Needed before the socket is
     * bound ({@code SO_REUSEADDR}).
     *
     * @throws IOException if the system refuses it.
     */
    public void shareAddress() throws IOException {
        set(SOL_SOCKET, SO_REUSEADDR, 1, "SO_REUSEADDR");
    }

    /**
     * Receives only what arrives at one network interface ({@code SO_BINDTOIFINDEX}).
     *
     * @param interfaceIndex index of the interface.
     * @throws IOException if the system refuses it, as Linux before 5.7 does without privileges.
     */
    public void receiveAt(final int interfaceIndex) throws IOException {
        set(SOL_SOCKET, SO_BINDTOIFINDEX, interfaceIndex, "SO_BINDTOIFINDEX");
    }

    /**
     * Chooses the network interface that packets to IPv6 groups leave from. Over IPv4, the system chooses that of the
     * address that the socket is bound to.
     *
     * @param interfaceIndex index of the interface.
     * @throws IOException if the system refuses it.
     */
    public void sendToGroupsFrom(final int interfaceIndex) throws IOException {
        set(MessageLayout.SOL_IPV6, IPV6_MULTICAST_IF, interfaceIndex, "IPV6_MULTICAST_IF");
    }

    /**
     * Joins a multicast group of IPv4.
     *
     * @param group          address of the group, first octet in the top byte.
     * @param interfaceIndex index of the network interface on which this machine becomes a member.
     * @throws IOException if the system refuses it.
     */
    public void join(final int group, final int interfaceIndex) throws IOException {
        argument.fill((byte) 0);
        argument.set(MessageLayout.NETWORK_INT, MessageLayout.MEMBERSHIP_GROUP, group);
        argument.set(JAVA_INT, MessageLayout.MEMBERSHIP_INTERFACE, interfaceIndex);
        setArgument(MessageLayout.SOL_IP, IP_ADD_MEMBERSHIP, MessageLayout.MEMBERSHIP_BYTES, "IP_ADD_MEMBERSHIP");
    }

    /**
     * Joins a multicast group of IPv6.
     *
     * @param high           first 8 bytes of the address of the group, as a big-endian number.
     * @param low            last 8 bytes of it.
     * @param interfaceIndex index of the network interface on which this machine becomes a member.
     * @throws IOException if the system refuses it.
     */
    public void join(final long high, final long low, final int interfaceIndex) throws IOException {
        argument.fill((byte) 0);
        argument.set(MessageLayout.NETWORK_LONG, MessageLayout.IPV6_MEMBERSHIP_HIGH, high);
        argument.set(MessageLayout.NETWORK_LONG, MessageLayout.IPV6_MEMBERSHIP_LOW, low);
        argument.set(JAVA_INT, MessageLayout.IPV6_MEMBERSHIP_INTERFACE, interfaceIndex);
        setArgument(
            MessageLayout.SOL_IPV6, IPV6_ADD_MEMBERSHIP, MessageLayout.IPV6_MEMBERSHIP_BYTES, "IPV6_ADD_MEMBERSHIP");
    }

    /**
     * Requests buffer sizes for the socket. The system may grant less.
     *
     * @param receiveBytes bytes for packets waiting to be received.
     * @param sendBytes    bytes for packets waiting to be sent.
     * @throws IOException if the system refuses it.
     */
    public void setBufferSizes(final int receiveBytes, final int sendBytes) throws IOException {
        set(SOL_SOCKET, SO_RCVBUF, receiveBytes, "SO_RCVBUF");
        set(SOL_SOCKET, SO_SNDBUF, sendBytes, "SO_SNDBUF");
    }

    /**
     * Returns the size of the receive buffer that the system granted, including its own overhead.
     *
     * @return bytes.
     * @throws IOException if the system does not report it.
     */
    public int receiveBufferBytes() throws IOException {
        return get(SOL_SOCKET, SO_RCVBUF, "SO_RCVBUF");
    }

    /**
     * Makes the socket receive trains as a whole, and checks that it can send them.
     *
     * @throws IOException if the kernel does not support trains. The message contains the call and the error.
     */
    public void takeTrains() throws IOException {
        get(MessageLayout.SOL_UDP, MessageLayout.UDP_SEGMENT, "UDP_SEGMENT");
        set(MessageLayout.SOL_UDP, MessageLayout.UDP_GRO, 1, "UDP_GRO");
    }

    /**
     * Returns whether the socket prevents fragmentation of its packets.
     *
     * @return true unless the option was changed from outside.
     * @throws IOException if the system does not report it.
     */
    public boolean avoidsFragments() throws IOException {
        return IP_PMTUDISC_DO == (ipv4 ? get(MessageLayout.SOL_IP, IP_MTU_DISCOVER, "IP_MTU_DISCOVER")
            : get(MessageLayout.SOL_IPV6, IPV6_MTU_DISCOVER, "IPV6_MTU_DISCOVER"));
    }

    /**
     * Binds a socket for IPv4.
     *
     * @param address IPv4 address, first octet in the top byte.
     * @param udpPort UDP port.
     * @throws CallFailedException if the system refuses it.
     * @throws IOException         if the socket is closed.
     */
    public void bind(final int address, final int udpPort) throws IOException {
        argument.fill((byte) 0);
        argument.set(JAVA_SHORT, MessageLayout.FAMILY, MessageLayout.AF_INET);
        argument.set(MessageLayout.NETWORK_SHORT, MessageLayout.UDP_PORT, (short) udpPort);
        argument.set(MessageLayout.NETWORK_INT, MessageLayout.IP_ADDRESS, address);
        bindArgument(MessageLayout.ADDRESS_BYTES, udpPort);
    }

    /**
     * Binds a socket for IPv6.
     *
     * @param high    first 8 bytes of the address, as a big-endian number.
     * @param low     last 8 bytes of the address.
     * @param scope   index of the network interface of a link-local address, otherwise 0.
     * @param udpPort UDP port.
     * @throws CallFailedException if the system refuses it.
     * @throws IOException         if the socket is closed.
     */
    public void bind(final long high, final long low, final int scope, final int udpPort) throws IOException {
        argument.fill((byte) 0);
        argument.set(JAVA_SHORT, MessageLayout.FAMILY, MessageLayout.AF_INET6);
        argument.set(MessageLayout.NETWORK_SHORT, MessageLayout.UDP_PORT, (short) udpPort);
        argument.set(MessageLayout.NETWORK_LONG, MessageLayout.IPV6_HIGH, high);
        argument.set(MessageLayout.NETWORK_LONG, MessageLayout.IPV6_LOW, low);
        argument.set(JAVA_INT, MessageLayout.IPV6_SCOPE, scope);
        bindArgument(MessageLayout.IPV6_ADDRESS_BYTES, udpPort);
    }

    private void bindArgument(final int addressBytes, final int udpPort) throws IOException {
        final int result = Libc.bind(errno, open(), argument, addressBytes);
        if (result < 0) {
            throw new CallFailedException("bind(port " + udpPort + ")", -result);
        }
    }

    /**
     * Sends messages with one call, as many as there is room for ({@code sendmmsg(2)}, or {@code sendmsg(2)} for one,
     * or {@code sendto(2)} for one that is neither a train nor has a traffic class).
     *
     * @param messages the messages.
     * @param first    index of the first to send.
     * @param count    how many to send, at least 1.
     * @return the number of messages sent, at least 1, or the negative error number of the first. Examples are
     *     {@code -EAGAIN} if there is no room and {@code -EBADF} if the socket is closed.
     */
    public int send(final OutgoingMessages messages, final int first, final int count) {
        final int sent = count > 1 ? Libc.sendmmsg(descriptor, messages.headers(first), count, MSG_DONTWAIT)
            : sendOne(messages, first) < 0 ? -1 : 1;
        return sent > 0 ? sent : sendAgain(messages.headers(first), count);
    }

    /** Sends one message by the call that takes the kernel least time. Returns a negative number if that fails. */
    private long sendOne(final OutgoingMessages messages, final int index) {
        return messages.isPlain(index) ? messages.sendPlain(index, descriptor, MSG_DONTWAIT)
            : Libc.sendmsg(descriptor, messages.headers(index), MSG_DONTWAIT);
    }

    /** Sends again after a failure to get its reason, which may no longer apply. */
    private int sendAgain(final MemorySegment headers, final int count) {
        int result;
        do {
            result = Libc.sendmmsg(errno, descriptor, headers, count, MSG_DONTWAIT);
        } while (result == -Errno.EINTR);
        return result;
    }

    /**
     * Receives the messages that have arrived with one call ({@code recvmmsg(2)}), as many as fit.
     *
     * @param messages receives them.
     * @return the number of messages, or 0 if none has arrived or the system does not deliver them.
     */
    public int receive(final IncomingMessages messages) {
        final int received = Libc.recvmmsg(descriptor, messages.prepare(), messages.capacity(), MSG_DONTWAIT);
        messages.markReceived(Math.max(0, received));
        return Math.max(0, received);
    }

    /**
     * Receives one message ({@code recvmsg(2)}). Faster than {@link #receive} if there is only one.
     *
     * @param messages receives it as the first message.
     * @return 1, or 0 if none has arrived or the system does not deliver it.
     */
    public int receiveOne(final IncomingMessages messages) {
        final long bytes = Libc.recvmsg(descriptor, messages.prepare(), MSG_DONTWAIT);
        if (bytes < 0) {
            messages.markReceived(0);
            return 0;
        }
        messages.markReceivedOne((int) bytes);
        return 1;
    }

    /** Closes the socket. No other thread may be in a call on it or waiting for it. */
    @Override
    public void close() {
        final int closing = descriptor;
        descriptor = CLOSED;
        if (closing != CLOSED) {
            Libc.close(errno, closing);
        }
    }

    @Override
    public String toString() {
        return isOpen() ? "UDP socket, descriptor " + descriptor : "closed UDP socket";
    }
}
