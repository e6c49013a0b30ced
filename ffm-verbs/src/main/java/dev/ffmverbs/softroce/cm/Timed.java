// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

/** What waits for the end of a time. Guarded by the communication manager's lock. */
interface Timed {

    /** Returns the communication id, which no other object of the device has. */
    int localId();

    /** Handles the end of the time. After a failure the time ends again soon. */
    void expire(long nowNs);
}
