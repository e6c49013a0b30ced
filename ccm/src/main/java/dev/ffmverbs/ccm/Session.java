// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.value.HandshakeTimes;
import dev.ffmverbs.ccm.value.Incarnation;
import dev.ffmverbs.ccm.value.PeerInformation;

/**
 * A session: the agreement of one incarnation of this node and one incarnation of the partner.
 *
 * @param partner            the partner.
 * @param self               this node's incarnation.
 * @param partnerSide        the partner's incarnation.
 * @param generation         the partner's generation.
 * @param handshake          how long this node's handshake took.
 * @param partnerInformation what the partner's connection manager is and can do.
 */
public record Session(
    Partner partner, Incarnation self, Incarnation partnerSide, long generation, HandshakeTimes handshake,
    PeerInformation partnerInformation) {
}
