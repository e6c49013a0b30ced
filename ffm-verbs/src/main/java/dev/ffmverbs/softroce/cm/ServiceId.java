// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

/** Service ids as {@code rdma_cm} makes them of ports in {@code RDMA_PS_TCP} ({@code rdma_get_service_id}). */
final class ServiceId {

    private static final long RDMA_PS_TCP = 0x0106L << 16;
    private static final long PORT_MASK = 0xFFFF;

    private ServiceId() {
    }

    static long ofPort(final int port) {
        return RDMA_PS_TCP | port;
    }

    /** The port, or -1 when the id is of another port space. */
    static int port(final long serviceId) {
        return (serviceId & ~PORT_MASK) == RDMA_PS_TCP ? (int) (serviceId & PORT_MASK) : -1;
    }
}
