// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/** The protocol that a device speaks ({@code enum ibv_transport_type}). */
public final class TransportTypes {

    /** {@code IBV_TRANSPORT_UNKNOWN}: not reported. */
    public static final int UNKNOWN = -1;
    /** {@code IBV_TRANSPORT_IB}: InfiniBand, over its own links or over Ethernet as RoCE. */
    public static final int INFINIBAND = 0;
    /** {@code IBV_TRANSPORT_IWARP}: iWARP, over TCP. */
    public static final int IWARP = 1;
    /** {@code IBV_TRANSPORT_USNIC}: Cisco's usNIC over its own Ethernet type. */
    public static final int USNIC = 2;
    /** {@code IBV_TRANSPORT_USNIC_UDP}: Cisco's usNIC over UDP. */
    public static final int USNIC_UDP = 3;
    /** {@code IBV_TRANSPORT_UNSPECIFIED}: another protocol. */
    public static final int UNSPECIFIED = 4;

    private TransportTypes() {
    }
}
