// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.internal.link.Rejections;
import dev.ffmverbs.ccm.internal.trust.NodeIdentity;
import dev.ffmverbs.ccm.value.BootPhase;
import dev.ffmverbs.ccm.value.PeerInformation;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What the sessions of a node with its partners have in common.
 *
 * @param configuration what the node was told before it started.
 * @param identity      who it is, and how it proves that.
 * @param phase         how far it has booted.
 * @param listener      receives the events.
 * @param clock         monotonic time in nanoseconds.
 * @param clients       its clients.
 * @param information   what it tells its partners of itself.
 * @param rejections    counts whom it rejects.
 */
record LocalNode(
    NodeConfiguration configuration, NodeIdentity identity, Supplier<BootPhase> phase, NodeEventListener listener,
    LongSupplier clock, ClientRegistry clients, PeerInformation information, Rejections rejections) {
}
