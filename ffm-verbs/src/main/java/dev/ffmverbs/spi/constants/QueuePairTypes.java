// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/** Transport service of a queue pair ({@code enum ibv_qp_type}). */
public final class QueuePairTypes {

    /** {@code IBV_QPT_RC}: connected and reliable. */
    public static final int RELIABLE_CONNECTION = 2;
    /** {@code IBV_QPT_UC}: connected and unreliable. */
    public static final int UNRELIABLE_CONNECTION = 3;
    /** {@code IBV_QPT_UD}: datagrams to any peer. */
    public static final int UNRELIABLE_DATAGRAM = 4;

    /** {@code IBV_QPT_XRC_SEND}: the sending end of an extended reliable connection. */
    public static final int EXTENDED_SEND = 9;

    /** {@code IBV_QPT_XRC_RECV}: the receiving end of an extended reliable connection. */
    public static final int EXTENDED_RECEIVE = 10;

    private QueuePairTypes() {
    }

    /**
     * Names a type for messages.
     *
     * @param type one of these types, or another number.
     * @return the C constant, or the number when it has no name here.
     */
    public static String name(final int type) {
        return switch (type) {
            case RELIABLE_CONNECTION -> "IBV_QPT_RC";
            case UNRELIABLE_CONNECTION -> "IBV_QPT_UC";
            case UNRELIABLE_DATAGRAM -> "IBV_QPT_UD";
            case EXTENDED_SEND -> "IBV_QPT_XRC_SEND";
            case EXTENDED_RECEIVE -> "IBV_QPT_XRC_RECV";
            default -> Integer.toString(type);
        };
    }
}
