// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import dev.ffmverbs.ccm.internal.memory.Mailbox;
import dev.ffmverbs.ccm.value.BootId;

/** One partner's access to this node's memory, over the connection that the partner has made. Used by one thread. */
public interface PartnerAccess {

    /**
     * Returns the memory that the partner writes.
     *
     * @return this node's mailbox for the partner.
     */
    Mailbox mailbox();

    /**
     * Returns the incarnation of the partner that is connected.
     *
     * @return the boot id in its request; null if the partner has no connection or the connection has ended.
     */
    BootId connectedBootId();

    /**
     * Frees the rest of a connection of the partner that has ended. Replaces the receive requests that notifications of
     * the partner have used since the last call, at a bounded rate.
     *
     * @param nowNs present time, in nanoseconds of a monotonic clock.
     * @return in how many nanoseconds to call again; {@link Long#MAX_VALUE} if there is no need.
     */
    long maintain(long nowNs);

    /**
     * Ends the partner's connection, if there is one, and gives the memory new keys. Afterwards neither the keys that
     * the partner knows nor packets in flight reach the memory.
     */
    void revoke();
}
