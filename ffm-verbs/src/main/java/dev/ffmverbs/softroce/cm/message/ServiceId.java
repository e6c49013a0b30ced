// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm.message;

/**
 * Service ids that stand for port numbers of the port spaces {@code RDMA_PS_TCP} and {@code RDMA_PS_UDP} ({@code
 * rdma_get_service_id}).
 */
public final class ServiceId {

    /** Returned in place of a port number for a service id of another port space. */
    public static final int NO_PORT_NUMBER = -1;

    private static final long RDMA_PS_TCP = 0x0106L << 16;
    private static final long RDMA_PS_UDP = 0x0111L << 16;
    private static final long PORT_NUMBER_MASK = 0xFFFF;

    private ServiceId() {
    }

    /**
     * Returns the service id of a port number for connections.
     *
     * @param portNumber 0 to 65535.
     * @return the service id.
     */
    public static long ofPortNumber(final int portNumber) {
        return RDMA_PS_TCP | portNumber;
    }

    /**
     * Returns the port number for connections that a service id stands for.
     *
     * @param serviceId any service id.
     * @return 0 to 65535, or {@link #NO_PORT_NUMBER}.
     */
    public static int portNumber(final long serviceId) {
        return portNumber(serviceId, RDMA_PS_TCP);
    }

    /**
     * Returns the service id of a port number for datagrams.
     *
     * @param portNumber 0 to 65535.
     * @return the service id.
     */
    public static long ofDatagramPortNumber(final int portNumber) {
        return RDMA_PS_UDP | portNumber;
    }

    /**
     * Returns the port number for datagrams that a service id stands for.
     *
     * @param serviceId any service id.
     * @return 0 to 65535, or {@link #NO_PORT_NUMBER}.
     */
    public static int datagramPortNumber(final long serviceId) {
        return portNumber(serviceId, RDMA_PS_UDP);
    }

    private static int portNumber(final long serviceId, final long portSpace) {
        return (serviceId & ~PORT_NUMBER_MASK) == portSpace ? (int) (serviceId & PORT_NUMBER_MASK) : NO_PORT_NUMBER;
    }
}
