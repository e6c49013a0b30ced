// SPDX-License-Identifier: Apache-2.0

/**
 * The cluster connection manager: two nodes find each other through memory alone.
 *
 * <p>Start at {@link dev.ffmverbs.ccm.ClusterConnectionManager}.
 */
// HdrHistogram is the one library here without a module descriptor.
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module dev.ffmverbs.ccm {
    requires transitive dev.ffmverbs;
    requires HdrHistogram;

    exports dev.ffmverbs.ccm;
    exports dev.ffmverbs.ccm.handshake;
    exports dev.ffmverbs.ccm.link;
    exports dev.ffmverbs.ccm.liveness;
    exports dev.ffmverbs.ccm.memory;
}
