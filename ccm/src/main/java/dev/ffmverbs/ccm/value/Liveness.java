// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.value;

/** The verdict on a partner. */
public enum Liveness {

    /** READs succeed and its counter moves. */
    ALIVE,

    /** Silent for longer than usual: worth an alarm, but no decision yet. */
    SUSPECT,

    /** Silent for longer than is tolerated: the session has ended. */
    DEAD
}
