// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import dev.ffmverbs.ccm.internal.memory.PartnerMemory;
import java.net.InetSocketAddress;

/** An outgoing connection to a partner. It gives access to the partner's memory as long as it lasts. */
public interface PartnerLink extends PartnerMemory, AutoCloseable {

    /**
     * Returns the partner's epoch with this node.
     *
     * @return the epoch that the partner sent when it accepted the connection.
     */
    long partnerEpoch();

    /**
     * Returns this node's end of the connection.
     *
     * @return its address and port.
     */
    InetSocketAddress localAddress();

    /**
     * Returns the partner's end of the connection.
     *
     * @return its address and port.
     */
    InetSocketAddress remoteAddress();

    /**
     * Whether this node and the partner notify each other by immediate data that they have written into a mailbox.
     *
     * @return false if the version of one of them does not support that; then the mailbox must be polled.
     */
    boolean hasNotifications();

    /**
     * Whether the connection has ended.
     *
     * @return true from its end on.
     */
    boolean isBroken();

    /** Ends the connection and notifies the partner. Has no effect if called again. */
    @Override
    void close();
}
