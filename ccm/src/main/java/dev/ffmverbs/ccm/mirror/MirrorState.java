// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

/** Says how many nodes hold a mirrored log at present. */
public enum MirrorState {

    /** No port leads to the partner. Only this node holds what is appended. */
    ALONE,

    /** A port leads to the partner, and its copy lacks entries that this node holds. */
    CATCHING_UP,

    /** The partner's copy is complete, except for entries in flight. */
    MIRRORED
}
