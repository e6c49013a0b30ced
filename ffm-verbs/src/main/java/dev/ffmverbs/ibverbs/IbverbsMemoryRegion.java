// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.jextract.ibv_mr;
import dev.ffmverbs.spi.MemoryRegionOperations;
import dev.ffmverbs.spi.ProviderException;
import java.lang.foreign.MemorySegment;

/** A memory region: {@code struct ibv_mr}. */
@SuppressWarnings("restricted")
final class IbverbsMemoryRegion implements MemoryRegionOperations {

    private static final ControlFunction DEREG_MR = new ControlFunction("ibv_dereg_mr",
        ffm_verbs_h::ibv_dereg_mr$address, ffm_verbs_h::ibv_dereg_mr$descriptor);

    private final MemorySegment region;

    IbverbsMemoryRegion(final MemorySegment region) {
        this.region = region.reinterpret(ibv_mr.sizeof());
    }

    @Override
    public int lkey() {
        return ibv_mr.lkey(region);
    }

    @Override
    public int rkey() {
        return ibv_mr.rkey(region);
    }

    @Override
    public void close() throws ProviderException {
        DEREG_MR.status("rkey=0x" + Integer.toHexString(rkey()), region);
    }
}
