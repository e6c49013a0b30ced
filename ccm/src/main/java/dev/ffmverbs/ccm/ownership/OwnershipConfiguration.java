// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

/**
 * What an ownership is started with.
 *
 * @param name       its name, which is also that of the client.
 * @param node       name of this node.
 * @param partner    name of the other node.
 * @param intervalNs time between two READs of the partner's block.
 * @param clockRatio how much faster than the other one of the clocks may run.
 * @param settings   the figures of the rules.
 */
record OwnershipConfiguration(
    String name, String node, String partner, long intervalNs, double clockRatio, OwnershipSettings settings) {
}
