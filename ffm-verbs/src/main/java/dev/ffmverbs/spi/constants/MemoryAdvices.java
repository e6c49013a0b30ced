// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/** What {@code ibv_advise_mr(3)} can advise ({@code enum ibv_advise_mr_advice}). */
public final class MemoryAdvices {

    /** {@code IBV_ADVISE_MR_ADVICE_PREFETCH}: map the pages for reading. */
    public static final int PREFETCH = 0;
    /** {@code IBV_ADVISE_MR_ADVICE_PREFETCH_WRITE}: map the pages for writing. */
    public static final int PREFETCH_FOR_WRITING = 1;
    /** {@code IBV_ADVISE_MR_ADVICE_PREFETCH_NO_FAULT}: map those pages that are present. */
    public static final int PREFETCH_PRESENT = 2;
    /** {@code IBV_ADVISE_MR_FLAG_FLUSH}: return when it is done. */
    public static final int FLAG_WAIT = 1;

    private MemoryAdvices() {
    }
}
