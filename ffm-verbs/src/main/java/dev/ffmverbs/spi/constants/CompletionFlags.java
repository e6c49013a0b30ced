// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/** Optional parts of a completion ({@code enum ibv_wc_flags}). */
public final class CompletionFlags {

    /** {@code IBV_WC_GRH}: the receive buffer of a datagram begins with a global routing header. */
    public static final int GLOBAL_ROUTING_HEADER = 1;
    /** {@code IBV_WC_WITH_IMM}: the completion has immediate data. */
    public static final int WITH_IMMEDIATE = 1 << 1;
    /** {@code IBV_WC_WITH_INV}: the completion names a key that the peer invalidated. */
    public static final int WITH_INVALIDATE = 1 << 3;

    private CompletionFlags() {
    }
}
