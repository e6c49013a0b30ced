// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.constants.MemoryAdvices;

/** What a device is advised to do with memory that is not locked ({@code enum ibv_advise_mr_advice}). */
public enum MemoryAdvice {

    /** Map the pages, so that the device can read them. */
    PREFETCH(MemoryAdvices.PREFETCH),

    /** Map the pages, so that the device can read and write them. */
    PREFETCH_FOR_WRITING(MemoryAdvices.PREFETCH_FOR_WRITING),

    /** Map those pages that are present, and bring in no others. */
    PREFETCH_PRESENT(MemoryAdvices.PREFETCH_PRESENT);

    private final int value;

    MemoryAdvice(final int value) {
        this.value = value;
    }

    /**
     * Returns the C constant.
     *
     * @return its value in {@code <infiniband/verbs.h>}.
     */
    public int value() {
        return value;
    }
}
