// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.jextract.ibv_mr;
import dev.ffmverbs.spi.MemoryRegionOperations;
import dev.ffmverbs.spi.ProtectionDomainOperations;
import dev.ffmverbs.spi.ProviderException;
import java.lang.foreign.MemorySegment;

/** A memory region: {@code struct ibv_mr}. */
@SuppressWarnings("restricted")
final class IbverbsMemoryRegion implements MemoryRegionOperations {

    private static final ControlFunction REREG_MR = new ControlFunction("ibv_rereg_mr",
        ffm_verbs_h::ibv_rereg_mr$address, ffm_verbs_h::ibv_rereg_mr$descriptor);

    private final IbverbsContext context;
    private final MemorySegment region;

    IbverbsMemoryRegion(final IbverbsContext context, final long region) {
        this.context = context;
        this.region = MemorySegment.ofAddress(region).reinterpret(ibv_mr.sizeof());
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
    public long handle() {
        return region.address();
    }

    @Override
    public void reregister(
        final int flags, final ProtectionDomainOperations protectionDomain, final MemorySegment memory,
        final int access) throws ProviderException {
        final MemorySegment domain = protectionDomain == null
            ? MemorySegment.NULL : ((IbverbsProtectionDomain) protectionDomain).structure();
        final MemorySegment place = memory == null ? MemorySegment.NULL : memory;
        REREG_MR.number(
            () -> "flags=" + flags + ", address=0x" + Long.toHexString(place.address()) + ", length="
                + place.byteSize() + ", access=0x" + Integer.toHexString(access),
            region, flags, domain, place, place.byteSize(), access);
    }

    @Override
    public long nativeAddress() {
        return region.address();
    }

    @Override
    public void close() throws ProviderException {
        final MemorySegment errno = CapturedErrno.clearedPlace();
        final int status = MemoryCalls.deregister(errno, region.address());
        if (status != 0) {
            context.requireRemoved(new ProviderException("ibv_dereg_mr", "rkey=0x" + Integer.toHexString(rkey()),
                status == -1 ? CapturedErrno.read(errno) : Math.abs(status)));
        }
    }
}
