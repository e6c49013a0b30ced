// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/** How a send request is to be processed ({@code enum ibv_send_flags}). */
public final class SendFlags {

    /** {@code IBV_SEND_FENCE}: starts only when every READ and atomic before it is done. */
    public static final int FENCE = 1;
    /** {@code IBV_SEND_SIGNALED}: produces a completion when it succeeds; failure always does. */
    public static final int SIGNALED = 1 << 1;
    /** {@code IBV_SEND_SOLICITED}: raises a solicited event at the peer. */
    public static final int SOLICITED = 1 << 2;
    /** {@code IBV_SEND_INLINE}: its data is copied when it is posted. */
    public static final int INLINE = 1 << 3;

    private SendFlags() {
    }
}
