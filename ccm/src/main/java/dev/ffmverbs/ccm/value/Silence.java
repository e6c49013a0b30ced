// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.value;

/** In which way a partner is silent. */
public enum Silence {

    /** It is not silent. */
    NONE,

    /** READs of its memory fail: its machine, its process or the path to it is gone. */
    UNREACHABLE,

    /** READs of its memory succeed and its counter stands still: its process does not run, its device does. */
    STALLED
}
