// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/** Options of a send request ({@code enum ibv_send_flags}). */
public final class SendFlags {

    /** {@code IBV_SEND_FENCE}: the request starts only when every READ and atomic before it is done. */
    public static final int FENCE = 1;
    /** {@code IBV_SEND_SIGNALED}: success produces a completion; failure always does. */
    public static final int SIGNALED = 1 << 1;
    /** {@code IBV_SEND_SOLICITED}: the request raises a solicited event at the peer. */
    public static final int SOLICITED = 1 << 2;
    /** {@code IBV_SEND_INLINE}: the data is copied when the request is posted. */
    public static final int INLINE = 1 << 3;

    private SendFlags() {
    }
}
