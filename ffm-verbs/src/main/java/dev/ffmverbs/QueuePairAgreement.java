// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

/**
 * What two queue pairs agree on when they are connected by hand. Each side compares its own address with the peer's,
 * and both come to the same result.
 */
final class QueuePairAgreement {

    private final QueuePairAddress own;
    private final QueuePairAddress peer;

    private QueuePairAgreement(final QueuePairAddress own, final QueuePairAddress peer) {
        this.own = own;
        this.peer = peer;
    }

    /**
     * Compares two addresses.
     *
     * @param own  the address of this end.
     * @param peer the address of the other end.
     * @return a phrase that names the values of both ends that do not fit; null when the two can be connected.
     */
    static String flaw(final QueuePairAddress own, final QueuePairAddress peer) {
        final QueuePairAgreement agreement = new QueuePairAgreement(own, peer);
        if (own.type() != peer.type()) {
            return "this end is of type " + own.type() + ", its peer of type " + peer.type();
        }
        final String flaw = agreement.flawOfPath();
        return flaw != null || own.type() == QueuePairType.UNRELIABLE_DATAGRAM ? flaw : agreement.flawOfReads();
    }

    private String flawOfPath() {
        if (own.gidType() != peer.gidType()) {
            return "the GID of this end, " + own.gid() + ", is of type " + own.gidType() + ", and that of its peer, "
                + peer.gid() + ", of type " + peer.gidType()
                + "; prepare both ends with GIDs of one type, see Context.findGid";
        }
        if (own.gidType() == GidType.ROCE_V2 && own.gid().isIpv4() != peer.gid().isIpv4()) {
            return "the GID of this end is " + family(own.gid()) + ", and that of its peer " + family(peer.gid())
                + "; prepare both ends with addresses of one family, see Context.findGid";
        }
        if (own.gidType() == GidType.INFINIBAND && own.gid().high() != peer.gid().high()) {
            return "this end is in the InfiniBand subnet " + subnet(own) + ", its peer in " + subnet(peer)
                + "; only the connection manager finds the path to another subnet";
        }
        return null;
    }

    private static String family(final Gid gid) {
        return (gid.isIpv4() ? "the IPv4 address " : "the IPv6 address ") + gid;
    }

    private static String subnet(final QueuePairAddress address) {
        return String.format("0x%016x", address.gid().high());
    }

    private String flawOfReads() {
        if (own.outgoingReads() > peer.incomingReads()) {
            return "this end must have " + own.outgoingReads() + " READ or atomic requests outstanding at a time"
                + " (maximumOutgoingReads), and its peer answers " + peer.incomingReads() + " (maximumIncomingReads)";
        }
        if (peer.outgoingReads() > own.incomingReads()) {
            return "its peer must have " + peer.outgoingReads() + " READ or atomic requests outstanding at a time"
                + " (maximumOutgoingReads), and this end answers " + own.incomingReads() + " (maximumIncomingReads)";
        }
        return null;
    }

    /** Returns the largest packet payload that both ends can send and receive. */
    static PathMtu pathMtu(final QueuePairAddress own, final QueuePairAddress peer) {
        return own.pathMtu().bytes() <= peer.pathMtu().bytes() ? own.pathMtu() : peer.pathMtu();
    }

    /**
     * Returns how many READ and atomic requests an end has outstanding at a time if it asked for no number.
     *
     * @param limit the most that its device can have.
     */
    static int outgoingReads(final QueuePairAddress peer, final int limit) {
        return Math.min(limit, peer.incomingReads());
    }
}
