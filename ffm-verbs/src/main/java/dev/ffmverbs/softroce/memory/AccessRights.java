// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.memory;

/** Rights to registered memory, and of peers over a queue pair: values of {@code enum ibv_access_flags}. */
public final class AccessRights {

    /** The device may write: receives, and answers to READ and atomics, land here. */
    public static final int LOCAL_WRITE = 1;
    /** Peers may WRITE. */
    public static final int REMOTE_WRITE = 1 << 1;
    /** Peers may READ. */
    public static final int REMOTE_READ = 1 << 2;
    /** Peers may run atomics. */
    public static final int REMOTE_ATOMIC = 1 << 3;

    private AccessRights() {
    }
}
