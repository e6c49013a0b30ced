// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.internal.link.Rejections;
import dev.ffmverbs.ccm.internal.trust.NodeIdentity;
import dev.ffmverbs.ccm.value.BootPhase;
import dev.ffmverbs.ccm.value.PeerInformation;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What all sessions of a node share.
 *
 * @param configuration the configuration of the node.
 * @param identity      its identity, and how it proves that.
 * @param phase         how far it has booted.
 * @param listener      receives the events.
 * @param clock         monotonic time in nanoseconds.
 * @param clients       its clients.
 * @param information   the peer information that it sends to its partners.
 * @param rejections    counts rejected requests by source.
 * @param pace          limits how many attempts to connect it makes at a time.
 */
record LocalNode(
    NodeConfiguration configuration, NodeIdentity identity, Supplier<BootPhase> phase, NodeEventListener listener,
    LongSupplier clock, ClientRegistry clients, PeerInformation information, Rejections rejections,
    AttemptPace pace) {
}
