// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.Rejection;

/** A partner's request for its own outgoing connection, to be accepted or rejected once. */
public interface IncomingRequest {

    /**
     * Name of the partner that requests.
     *
     * @return the name it gave.
     */
    String nodeName();

    /**
     * The incarnation that requests.
     *
     * @return the boot id it gave: a claim, which the boot-status variable confirms or not.
     */
    BootId bootId();

    /**
     * Accepts, in place of the partner's former connection, and with an empty mailbox.
     *
     * @param epoch this node's epoch with the partner.
     */
    void accept(long epoch);

    /**
     * Rejects.
     *
     * @param reason what to tell the partner.
     */
    void reject(Rejection reason);
}
