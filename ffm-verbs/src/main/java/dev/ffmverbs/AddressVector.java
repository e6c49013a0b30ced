// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.layout.AddressAttributesLayout;
import java.lang.foreign.MemorySegment;
import java.util.StringJoiner;

/**
 * The path from a local port to a peer's port ({@code struct ibv_ah_attr}). Immutable.
 *
 * <p>Address handles are created from it, and connected queue pairs are given it:
 *
 * <pre>{@code
 * AddressVector path = AddressVector.of(peerGid, gidIndex, 1).withTrafficClass(104);
 * AddressHandle handle = domain.createAddressHandle(path);
 * queuePair.modify(new QueuePairAttributes().state(READY_TO_RECEIVE).addressVector(path) ...);
 * }</pre>
 *
 * <p>RoCE needs a GID. InfiniBand needs the peer's local identifier (LID). It needs a GID as well when the peer is in
 * another subnet or the port requires one. A method with a number throws {@link IllegalArgumentException} when the
 * number is out of range.
 */
public final class AddressVector {

    private static final int MAXIMUM_4_BITS = 15;
    private static final int MAXIMUM_7_BITS = 127;
    private static final int MAXIMUM_8_BITS = 0xFF;
    private static final int MAXIMUM_16_BITS = 0xFFFF;
    private static final int MAXIMUM_20_BITS = 0xF_FFFF;
    private static final int DEFAULT_HOP_LIMIT = 64;

    /** The C structure, never changed after construction. */
    private final MemorySegment attributes;

    private AddressVector() {
        final int longs = Math.toIntExact(AddressAttributesLayout.BYTES / Long.BYTES);
        this.attributes = MemorySegment.ofArray(new long[longs]);
    }

    /**
     * Returns the path to a port with a GID. It has hop limit 64, and 0 for all that is not an argument.
     *
     * @param destination    the peer's GID.
     * @param sourceGidIndex index of the local GID in the port's GID table, 0 to 255; its type must match the peer's.
     * @param port           local port number, from 1 to 255.
     * @return the path.
     */
    public static AddressVector of(final Gid destination, final int sourceGidIndex, final int port) {
        return new AddressVector().putPort(port).putRoute(destination, sourceGidIndex);
    }

    /**
     * Returns the path to a port of the same InfiniBand subnet. Its packets have no global routing header.
     *
     * @param localIdentifier the peer's LID, 0 to 65535.
     * @param port            local port number, from 1 to 255.
     * @return the path.
     */
    public static AddressVector ofLocalIdentifier(final int localIdentifier, final int port) {
        return new AddressVector().putPort(port).withLocalIdentifier(localIdentifier);
    }

    static AddressVector read(final MemorySegment structure) {
        final AddressVector vector = new AddressVector();
        vector.attributes.copyFrom(structure.asSlice(0, AddressAttributesLayout.BYTES));
        // The bytes of padding behind these fields are undefined in C.
        return vector.putOctet(AddressAttributesLayout.TRAFFIC_CLASS + 1, 0)
            .putOctet(AddressAttributesLayout.PORT + 1, 0);
    }

    /**
     * Refuses a path without a GID that would leave from a port of Ethernet. Drivers answer with a number only.
     *
     * @param context the context of the device.
     * @param verb    the verb that needs the path.
     */
    void requireRoute(final Context context, final String verb) throws ProviderException {
        if (!isGlobal() && context.portAttributes(port()).linkLayer() == LinkLayer.ETHERNET) {
            throw new ProviderException(verb, "port=" + port() + ", lid=" + localIdentifier(), Errno.EOPNOTSUPP,
                "the port is Ethernet, which has no local identifiers (LID); ports of InfiniBand have. Name the"
                    + " peer's GID by AddressVector.of");
        }
    }

    void write(final MemorySegment structure) {
        structure.copyFrom(attributes);
    }

    /**
     * Returns a copy with another GID of the peer. Its packets have a global routing header.
     *
     * @param destination    the peer's GID.
     * @param sourceGidIndex index of the local GID in the port's GID table, 0 to 255; its type must match the peer's.
     * @return a changed copy.
     */
    public AddressVector withDestination(final Gid destination, final int sourceGidIndex) {
        return read(attributes).putRoute(destination, sourceGidIndex);
    }

    private AddressVector putRoute(final Gid destination, final int sourceGidIndex) {
        Ranges.check("sourceGidIndex", sourceGidIndex, 0, MAXIMUM_8_BITS);
        final boolean first = !isGlobal();
        destination.write(AddressAttributesLayout.destinationGid(attributes));
        putOctet(AddressAttributesLayout.SOURCE_GID_INDEX, sourceGidIndex);
        putOctet(AddressAttributesLayout.IS_GLOBAL, 1);
        return first ? putOctet(AddressAttributesLayout.HOP_LIMIT, DEFAULT_HOP_LIMIT) : this;
    }

    private AddressVector putPort(final int port) {
        Ranges.check("port", port, 1, MAXIMUM_8_BITS);
        return putOctet(AddressAttributesLayout.PORT, port);
    }

    private AddressVector putOctet(final int offset, final int value) {
        attributes.set(JAVA_BYTE, offset, (byte) value);
        return this;
    }

    /**
     * Returns a copy with another traffic class, which is the TOS byte of IPv4: six bits of DSCP and two of ECN. RoCE
     * fabrics choose the priority, and with it the lossless class, by it.
     *
     * @param trafficClass 0 to 255; sent only with a GID.
     * @return a changed copy.
     */
    public AddressVector withTrafficClass(final int trafficClass) {
        Ranges.check("trafficClass", trafficClass, 0, MAXIMUM_8_BITS);
        return read(attributes).putOctet(AddressAttributesLayout.TRAFFIC_CLASS, trafficClass);
    }

    /**
     * Returns a copy with another IPv6 flow label. RoCE devices may derive the UDP source port from it, by which
     * switches spread flows over equal paths.
     *
     * @param flowLabel 0 to 2^20-1; sent only with a GID.
     * @return a changed copy.
     */
    public AddressVector withFlowLabel(final int flowLabel) {
        Ranges.check("flowLabel", flowLabel, 0, MAXIMUM_20_BITS);
        final AddressVector copy = read(attributes);
        copy.attributes.set(JAVA_INT, AddressAttributesLayout.FLOW_LABEL, flowLabel);
        return copy;
    }

    /**
     * Returns a copy with another hop limit. For connections over RoCE version 2, Linux replaces it by that of the
     * route.
     *
     * @param hopLimit routers that a packet may pass, 0 to 255; sent only with a GID.
     * @return a changed copy.
     */
    public AddressVector withHopLimit(final int hopLimit) {
        Ranges.check("hopLimit", hopLimit, 0, MAXIMUM_8_BITS);
        return read(attributes).putOctet(AddressAttributesLayout.HOP_LIMIT, hopLimit);
    }

    /**
     * Returns a copy with another service level, which InfiniBand maps to a virtual lane, and some RoCE devices to an
     * Ethernet priority.
     *
     * @param serviceLevel 0 to 15.
     * @return a changed copy.
     */
    public AddressVector withServiceLevel(final int serviceLevel) {
        Ranges.check("serviceLevel", serviceLevel, 0, MAXIMUM_4_BITS);
        return read(attributes).putOctet(AddressAttributesLayout.SERVICE_LEVEL, serviceLevel);
    }

    /**
     * Returns a copy with another local identifier (LID) of the peer, or of the router to its subnet.
     *
     * @param localIdentifier 0 to 65535; not used on Ethernet.
     * @return a changed copy.
     */
    public AddressVector withLocalIdentifier(final int localIdentifier) {
        Ranges.check("localIdentifier", localIdentifier, 0, MAXIMUM_16_BITS);
        final AddressVector copy = read(attributes);
        copy.attributes.set(
            JAVA_SHORT, AddressAttributesLayout.DESTINATION_LOCAL_IDENTIFIER, (short) localIdentifier);
        return copy;
    }

    /**
     * Returns a copy with another source path: the local identifier to send from, as an offset from the port's first.
     *
     * @param sourcePathBits 0 to 127; not used on Ethernet.
     * @return a changed copy.
     */
    public AddressVector withSourcePathBits(final int sourcePathBits) {
        Ranges.check("sourcePathBits", sourcePathBits, 0, MAXIMUM_7_BITS);
        return read(attributes).putOctet(AddressAttributesLayout.SOURCE_PATH_BITS, sourcePathBits);
    }

    /**
     * Returns a copy with another limit on the rate.
     *
     * @param rate the most that is sent on this path.
     * @return a changed copy.
     * @throws IllegalArgumentException for {@link PathRate#UNKNOWN}.
     */
    public AddressVector withStaticRate(final PathRate rate) {
        Ranges.requireKnown("rate", rate, PathRate.UNKNOWN);
        return read(attributes).putOctet(AddressAttributesLayout.STATIC_RATE, rate.value());
    }

    private int octet(final int offset) {
        return Byte.toUnsignedInt(attributes.get(JAVA_BYTE, offset));
    }

    /**
     * Whether packets on this path have a global routing header, as they always have on RoCE.
     *
     * @return true when the path has a GID.
     */
    public boolean isGlobal() {
        return octet(AddressAttributesLayout.IS_GLOBAL) != 0;
    }

    /**
     * Returns the peer's GID.
     *
     * @return the GID; all zeros unless {@link #isGlobal()}.
     */
    public Gid destination() {
        return Gid.read(AddressAttributesLayout.destinationGid(attributes));
    }

    /**
     * Returns the index of the local GID in the port's GID table.
     *
     * @return 0 to 255.
     */
    public int sourceGidIndex() {
        return octet(AddressAttributesLayout.SOURCE_GID_INDEX);
    }

    /**
     * Returns the number of the local port.
     *
     * @return 1 to 255; 0 in attributes of a queue pair that has no path.
     */
    public int port() {
        return octet(AddressAttributesLayout.PORT);
    }

    /**
     * Returns the traffic class.
     *
     * @return 0 to 255.
     */
    public int trafficClass() {
        return octet(AddressAttributesLayout.TRAFFIC_CLASS);
    }

    /**
     * Returns the IPv6 flow label.
     *
     * @return 0 to 2^20-1.
     */
    public int flowLabel() {
        return attributes.get(JAVA_INT, AddressAttributesLayout.FLOW_LABEL);
    }

    /**
     * Returns the hop limit.
     *
     * @return 0 to 255.
     */
    public int hopLimit() {
        return octet(AddressAttributesLayout.HOP_LIMIT);
    }

    /**
     * Returns the service level.
     *
     * @return 0 to 15.
     */
    public int serviceLevel() {
        return octet(AddressAttributesLayout.SERVICE_LEVEL);
    }

    /**
     * Returns the local identifier (LID) of the peer, or of the router to its subnet.
     *
     * @return 0 to 65535; not used on Ethernet.
     */
    public int localIdentifier() {
        return Short.toUnsignedInt(
            attributes.get(JAVA_SHORT, AddressAttributesLayout.DESTINATION_LOCAL_IDENTIFIER));
    }

    /**
     * Returns the source path.
     *
     * @return 0 to 127; not used on Ethernet.
     */
    public int sourcePathBits() {
        return octet(AddressAttributesLayout.SOURCE_PATH_BITS);
    }

    /**
     * Returns the limit on the rate.
     *
     * @return the rate, {@link PathRate#MAXIMUM} without a limit.
     */
    public PathRate staticRate() {
        return PathRate.of(octet(AddressAttributesLayout.STATIC_RATE));
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof AddressVector vector && attributes.mismatch(vector.attributes) < 0;
    }

    @Override
    public int hashCode() {
        return 31 * destination().hashCode() + localIdentifier();
    }

    /** Leaves out what is 0. */
    @Override
    public String toString() {
        final StringJoiner text = new StringJoiner(", ", "AddressVector[", "]");
        if (isGlobal()) {
            text.add("destination=" + destination()).add("sourceGidIndex=" + sourceGidIndex());
        }
        text.add("port=" + port());
        addUnlessZero(text, "localIdentifier", localIdentifier());
        addUnlessZero(text, "hopLimit", hopLimit());
        addUnlessZero(text, "trafficClass", trafficClass());
        addUnlessZero(text, "flowLabel", flowLabel());
        addUnlessZero(text, "serviceLevel", serviceLevel());
        addUnlessZero(text, "sourcePathBits", sourcePathBits());
        final int rate = octet(AddressAttributesLayout.STATIC_RATE);
        return rate == 0 ? text.toString()
            : text.add("staticRate=" + EnumText.of(PathRate.of(rate), PathRate.UNKNOWN, rate)).toString();
    }

    private static void addUnlessZero(final StringJoiner text, final String name, final int value) {
        if (value != 0) {
            text.add(name + "=" + value);
        }
    }
}
