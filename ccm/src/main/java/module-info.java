// SPDX-License-Identifier: Apache-2.0

/**
 * The cluster connection manager: two nodes find each other through memory alone.
 *
 * <p>Start at {@link dev.ffmverbs.ccm.ClusterConnectionManager}; {@code ccm/bin/ccm} runs it from a shell.
 */
module dev.ffmverbs.ccm {
    requires transitive dev.ffmverbs;
    requires jdk.jfr;

    exports dev.ffmverbs.ccm;
    exports dev.ffmverbs.ccm.mirror;
    exports dev.ffmverbs.ccm.ownership;
    exports dev.ffmverbs.ccm.value;
    exports dev.ffmverbs.ccm.witness;
}
