// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

/**
 * The UDP ports that packets leave from. Routers choose one of several ways to a peer by it, so that the packets of one
 * queue pair must all have the same, and those of others should have others.
 *
 * <p>The numbers are those of Linux ({@code rdma_calc_flow_label}, {@code rdma_flow_label_to_udp_sport}).
 */
public final class SourcePorts {

    /** The lowest of these ports ({@code IB_ROCE_UDP_ENCAP_VALID_PORT_MIN}). */
    public static final int FIRST = 0xC000;

    private static final int FLOW_LABEL_MASK = 0xF_FFFF;
    private static final int PORT_BITS = 14;
    private static final int PORT_MASK = (1 << PORT_BITS) - 1;

    private SourcePorts() {
    }

    /**
     * Returns the port of a connection.
     *
     * @param flowLabel  flow label of its path, 20 bits, or 0 if it has none.
     * @param local      number of the queue pair at this side, 24 bits.
     * @param remote     number of the queue pair at the other side, 24 bits.
     * @return {@link #FIRST} to 65535.
     */
    public static int of(final int flowLabel, final int local, final int remote) {
        return ofFlowLabel(flowLabel != 0 ? flowLabel : flowLabelOf(local, remote));
    }

    private static int flowLabelOf(final int local, final int remote) {
        final long product = Integer.toUnsignedLong(local) * Integer.toUnsignedLong(remote);
        final long folded = product ^ product >>> 20;
        return (int) (folded ^ folded >>> 40) & FLOW_LABEL_MASK;
    }

    private static int ofFlowLabel(final int flowLabel) {
        return (flowLabel & PORT_MASK ^ (flowLabel & FLOW_LABEL_MASK) >>> PORT_BITS) | FIRST;
    }
}
