// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

import java.net.InetSocketAddress;

/** Source and destination of the packets of a queue pair. The checksum covers everything except the traffic class. */
public final class UdpPath {

    /** UDP destination port of RoCEv2, for both requests and responses ({@code ROCE_V2_UDP_DPORT}). */
    public static final int ROCE_PORT = 4791;

    private final IpAddress local;
    private final int localPort;
    private final IpAddress remoteIp;
    private final int remotePort;
    private final int trafficClass;
    private final InetSocketAddress remote;

    /**
     * Creates a path over IPv4 with traffic class 0.
     *
     * @param localAddress  IPv4 address of this side, first octet in the top byte.
     * @param localPort     UDP port that this side sends from.
     * @param remoteAddress IPv4 address of the peer, first octet in the top byte.
     * @param remotePort    UDP port that the peer receives at.
     */
    public UdpPath(final int localAddress, final int localPort, final int remoteAddress, final int remotePort) {
        this(localAddress, localPort, remoteAddress, remotePort, 0);
    }

    /**
     * Creates a path over IPv4.
     *
     * @param localAddress  IPv4 address of this side, first octet in the top byte.
     * @param localPort     UDP port that this side sends from.
     * @param remoteAddress IPv4 address of the peer, first octet in the top byte.
     * @param remotePort    UDP port that the peer receives at.
     * @param trafficClass  TOS byte of the packets to the peer, 0 to 255. The checksum does not cover it.
     */
    public UdpPath(
        final int localAddress, final int localPort, final int remoteAddress, final int remotePort,
        final int trafficClass) {
        this(IpAddress.ofIpv4(localAddress), localPort, IpAddress.ofIpv4(remoteAddress), remotePort, trafficClass);
    }

    /**
     * Creates a path.
     *
     * @param local        address of this side.
     * @param localPort    UDP port that this side sends from.
     * @param remoteIp     address of the peer, of the same version.
     * @param remotePort   UDP port that the peer receives at.
     * @param trafficClass traffic class of the packets to the peer, 0 to 255. The checksum does not cover it.
     * @throws IllegalArgumentException if one address is an IPv4 address and the other is not.
     */
    public UdpPath(
        final IpAddress local, final int localPort, final IpAddress remoteIp, final int remotePort,
        final int trafficClass) {
        if (local.isIpv4() != remoteIp.isIpv4()) {
            throw new IllegalArgumentException("no packet goes from " + local + " to " + remoteIp
                + ": one is an IPv4 address and the other is not");
        }
        this.local = local;
        this.localPort = localPort;
        this.remoteIp = remoteIp;
        this.remotePort = remotePort;
        this.trafficClass = trafficClass;
        this.remote = new InetSocketAddress(remoteIp.toInetAddress(), remotePort);
    }

    /**
     * Returns the address of this side.
     *
     * @return the address.
     */
    public IpAddress local() {
        return local;
    }

    /**
     * Returns the UDP port that this side sends from.
     *
     * @return 1 to 65535.
     */
    public int localPort() {
        return localPort;
    }

    /**
     * Returns the address of the peer.
     *
     * @return the address.
     */
    public IpAddress remoteIp() {
        return remoteIp;
    }

    /**
     * Returns whether the packets go over IPv4.
     *
     * @return false if they go over IPv6.
     */
    public boolean isIpv4() {
        return local.isIpv4();
    }

    /**
     * Returns the UDP port that the peer receives at.
     *
     * @return 1 to 65535.
     */
    public int remotePort() {
        return remotePort;
    }

    /**
     * Returns the traffic class of the packets to the peer, the TOS byte of IPv4.
     *
     * @return 0 to 255.
     */
    public int trafficClass() {
        return trafficClass;
    }

    /**
     * Returns the socket address of the peer. The object is created once.
     *
     * @return address and port of the peer.
     */
    public InetSocketAddress remote() {
        return remote;
    }

    @Override
    public String toString() {
        return local.withPort(localPort) + " -> " + remoteIp.withPort(remotePort);
    }
}
