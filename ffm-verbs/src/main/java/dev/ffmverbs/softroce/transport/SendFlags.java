// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

/** Flags of a send request: values of {@code enum ibv_send_flags}. */
public final class SendFlags {

    /** Starts only when all READs and atomics before it are done. */
    public static final int FENCE = 1;
    /** Completes visibly also when it succeeds. */
    public static final int SIGNALED = 1 << 1;
    /** Raises a solicited event at the peer. */
    public static final int SOLICITED = 1 << 2;
    /** Its data was copied when it was posted. */
    public static final int INLINE = 1 << 3;

    private SendFlags() {
    }
}
