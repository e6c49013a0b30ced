// SPDX-License-Identifier: Apache-2.0

/** The cluster connection manager: two nodes find each other through memory alone. */
// HdrHistogram is the one library here without a module descriptor.
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module dev.ffmverbs.ccm {
    requires dev.ffmverbs;
    requires HdrHistogram;
}
