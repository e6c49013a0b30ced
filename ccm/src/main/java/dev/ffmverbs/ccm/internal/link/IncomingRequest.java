// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.Rejection;

/** A partner's request for its outgoing connection, which is accepted or rejected once. */
public interface IncomingRequest {

    /**
     * Returns the name of the requesting partner.
     *
     * @return the name in the request.
     */
    String nodeName();

    /**
     * Returns the requesting incarnation.
     *
     * @return the boot id in the request; only a claim, until the boot-status variable confirms it.
     */
    BootId bootId();

    /**
     * Whether the partner has given up meanwhile. It tries again, and an answer would only cost time.
     *
     * @return whether nobody waits for the answer.
     */
    boolean isWithdrawn();

    /**
     * Accepts the request. The connection replaces the partner's former one, and the mailbox is emptied.
     *
     * @param epoch this node's epoch with the partner.
     */
    void accept(long epoch);

    /**
     * Rejects the request.
     *
     * @param reason the reason that is sent to the partner.
     */
    void reject(Rejection reason);
}
