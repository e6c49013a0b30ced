// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import dev.ffmverbs.ccm.internal.memory.PartnerMemory;
import java.net.InetSocketAddress;

/** An outgoing connection to a partner: its memory, as long as the connection lasts. */
public interface PartnerLink extends PartnerMemory, AutoCloseable {

    /**
     * The partner's epoch with this node.
     *
     * @return what the partner told when it accepted the connection.
     */
    long partnerEpoch();

    /**
     * This node's end.
     *
     * @return address and port.
     */
    InetSocketAddress localAddress();

    /**
     * The partner's end.
     *
     * @return address and port.
     */
    InetSocketAddress remoteAddress();

    /**
     * Whether this node and the partner tell each other by immediate data that they have written into a mailbox.
     *
     * @return false when one of them is of a version that does not: then its mailbox must be looked into.
     */
    boolean hasNotifications();

    /**
     * Whether the connection has ended.
     *
     * @return true from then on.
     */
    boolean isBroken();

    /** Ends the connection; the partner is told. Closing again does nothing. */
    @Override
    void close();
}
