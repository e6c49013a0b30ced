// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/** Which memory a FLUSH concerns ({@code enum ibv_selectivity_level}). */
public final class FlushSelections {

    /** {@code IBV_FLUSH_RANGE}: a range of addresses. */
    public static final int RANGE = 0;
    /** {@code IBV_FLUSH_MR}: the whole region. */
    public static final int REGION = 1;

    private FlushSelections() {
    }
}
