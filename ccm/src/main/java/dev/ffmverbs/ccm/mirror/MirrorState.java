// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

/** How many nodes hold a mirrored log at present. */
public enum MirrorState {

    /** No port leads to the partner. What is appended is held by this node alone. */
    ALONE,

    /** A port leads to the partner, and its copy lacks entries that this node holds. */
    CATCHING_UP,

    /** The partner's copy is whole, but for entries that are on their way to it. */
    MIRRORED
}
