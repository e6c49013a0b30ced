// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import dev.ffmverbs.ccm.internal.memory.Mailbox;
import dev.ffmverbs.ccm.value.BootId;

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
     * Frees what is left of a connection of the partner that has ended, and renews the notifications that the partner
     * has used since the last call, at a bounded rate.
     *
     * @param nowNs present time, in nanoseconds of a monotonic clock.
     * @return in how many nanoseconds to call again; {@link Long#MAX_VALUE} when there is no need to.
     */
    long maintain(long nowNs);

    /**
     * Ends the partner's connection, if there is one, and gives the memory new keys: nothing that the partner knows,
     * and nothing that is on its way, reaches it afterwards.
     */
    void revoke();
}
