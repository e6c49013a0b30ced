// SPDX-License-Identifier: Apache-2.0

/** A worked example over the public API of the connection manager: a small replicated key-value store. */
module dev.ffmverbs.ccm.store {
    requires dev.ffmverbs.ccm;
}
