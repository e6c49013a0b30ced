// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.handshake.HandshakeTimes;
import dev.ffmverbs.ccm.memory.Incarnation;

/**
 * A session: this incarnation of this node and that incarnation of the partner have agreed on each other.
 *
 * @param partner     the partner.
 * @param self        this node's side.
 * @param partnerSide the partner's side.
 * @param generation  the partner's generation.
 * @param handshake   how long this node's handshake took.
 */
public record Session(
    Partner partner, Incarnation self, Incarnation partnerSide, long generation, HandshakeTimes handshake) {
}
