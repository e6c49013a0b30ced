// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.value;

/** What is thought of a partner. */
public enum Liveness {

    /** READs succeed and its counter moves. */
    ALIVE,

    /** Silent for longer than is usual: worth an alarm, not yet a decision. */
    SUSPECT,

    /** Silent for longer than is tolerated: the session has ended. */
    DEAD
}
