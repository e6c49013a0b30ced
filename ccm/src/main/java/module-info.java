// SPDX-License-Identifier: Apache-2.0

/** The cluster connection manager: two nodes find each other through memory alone. */
module dev.ffmverbs.ccm {
    requires dev.ffmverbs;
}
