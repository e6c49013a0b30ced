// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.link;

import dev.ffmverbs.ccm.memory.BootId;
import dev.ffmverbs.ccm.memory.Mailbox;

/** What one partner can do to this node's memory, over the connection it made. Used by one thread. */
public interface PartnerAccess {

    /**
     * The memory that the partner writes.
     *
     * @return this node's mailbox for the partner.
     */
    Mailbox mailbox();

    /**
     * Which incarnation of the partner is connected.
     *
     * @return the boot id that its request gave; null when the partner has no connection, or it has ended.
     */
    BootId connectedBootId();

    /**
     * Ends the partner's connection, if there is one, and gives the memory new keys: nothing that the partner knows, or
     * that is on its way, reaches it any more.
     */
    void revoke();
}
