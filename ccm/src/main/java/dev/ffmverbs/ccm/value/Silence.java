// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.value;

/** Says in which way a partner is silent. */
public enum Silence {

    /** The partner is not silent. */
    NONE,

    /** READs of its memory fail. Its machine, its process or the path to it is gone. */
    UNREACHABLE,

    /** READs of its memory succeed, but its counter stands still. Its device runs and its process does not. */
    STALLED
}
