// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.value;

/**
 * One side of a session: a boot of the node, and an epoch of its relation with the partner.
 *
 * <p>A node begins a new epoch with a partner when it has declared the partner dead. The partner may only have been
 * stalled and still have the same boot id. What it agreed on before belongs to the old epoch and is no longer valid.
 *
 * @param bootId the boot.
 * @param epoch  how often the node has declared the partner dead since that boot.
 */
public record Incarnation(BootId bootId, long epoch) {
}
