// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

/**
 * Where a received packet came from, and the address and UDP port at which it arrived.
 *
 * <p>A flyweight. A socket fills it for each packet, and it describes the packet received last. The addresses are in
 * the form of {@link IpAddress}. Not thread-safe.
 */
public final class Arrival {

    private long sourceHigh;
    private long sourceLow;
    private int sourcePort;
    private int scope;
    private long destinationHigh;
    private long destinationLow;
    private int destinationPort;

    /** Creates an arrival that describes no packet yet. */
    public Arrival() {
        // A socket fills it.
    }

    /**
     * Describes packets at the end of their path.
     *
     * @param path path of the packets.
     * @return a new object.
     */
    public static Arrival over(final UdpPath path) {
        final Arrival arrival = new Arrival();
        arrival.at(path.remoteIp(), path.remotePort());
        arrival.from(path.local(), path.localPort());
        return arrival;
    }

    /**
     * Sets the address and UDP port at which packets arrive.
     *
     * @param address address of a socket, or of a multicast group.
     * @param udpPort UDP port.
     */
    public void at(final IpAddress address, final int udpPort) {
        destinationHigh = address.high();
        destinationLow = address.low();
        destinationPort = udpPort;
    }

    /**
     * Sets the source.
     *
     * @param address address that the packet came from.
     * @param udpPort UDP port that it came from.
     */
    public void from(final IpAddress address, final int udpPort) {
        from(address.high(), address.low(), address.scope(), udpPort);
    }

    /**
     * Sets the source.
     *
     * @param high        first 8 bytes of the address that the packet came from.
     * @param low         last 8 bytes of it.
     * @param sourceScope interface of a link-local address, otherwise 0.
     * @param udpPort     UDP port that it came from.
     */
    public void from(final long high, final long low, final int sourceScope, final int udpPort) {
        sourceHigh = high;
        sourceLow = low;
        scope = sourceScope;
        sourcePort = udpPort;
    }

    /**
     * Sets the source.
     *
     * @param address IPv4 address that the packet came from, first octet in the top byte.
     * @param udpPort UDP port that it came from.
     */
    public void fromIpv4(final int address, final int udpPort) {
        from(0, IpAddress.MAPPED | Integer.toUnsignedLong(address), 0, udpPort);
    }

    /**
     * Returns whether a packet belongs to a path: it came from the peer and was sent to this side.
     *
     * @param path path to the peer.
     * @return false if another host sent the packet, or it was sent to another address.
     */
    public boolean isOf(final UdpPath path) {
        return isFrom(path.remoteIp()) && isAt(path.local());
    }

    /**
     * Returns whether the packet was sent to an address.
     *
     * @param address the address.
     * @return false if it was sent to another address.
     */
    public boolean isAt(final IpAddress address) {
        return destinationLow == address.low() && destinationHigh == address.high();
    }

    /**
     * Returns whether the packet came from an address.
     *
     * @param peer the address.
     * @return false if another host sent the packet.
     */
    public boolean isFrom(final IpAddress peer) {
        return sourceLow == peer.low() && sourceHigh == peer.high();
    }

    /**
     * Returns whether the packet came over IPv4.
     *
     * @return false if it came over IPv6.
     */
    public boolean isIpv4() {
        return IpAddress.isIpv4(sourceHigh, sourceLow);
    }

    /**
     * Returns the address that the packet came from.
     *
     * @return a new object.
     */
    public IpAddress source() {
        return new IpAddress(sourceHigh, sourceLow, scope);
    }

    /**
     * Returns the address that the packet was sent to.
     *
     * @return a new object.
     */
    public IpAddress destination() {
        return new IpAddress(destinationHigh, destinationLow, scope);
    }

    /**
     * Returns the UDP port that the packet came from.
     *
     * @return 0 to 65535.
     */
    public int sourcePort() {
        return sourcePort;
    }

    /**
     * Returns the UDP port that the packet was sent to.
     *
     * @return 0 to 65535.
     */
    public int destinationPort() {
        return destinationPort;
    }

    long sourceHigh() {
        return sourceHigh;
    }

    long sourceLow() {
        return sourceLow;
    }

    long destinationHigh() {
        return destinationHigh;
    }

    long destinationLow() {
        return destinationLow;
    }

    @Override
    public String toString() {
        return source().withPort(sourcePort) + " -> " + destination().withPort(destinationPort);
    }
}
