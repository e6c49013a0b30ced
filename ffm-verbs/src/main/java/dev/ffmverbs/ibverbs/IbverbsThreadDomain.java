// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import dev.ffmverbs.jextract.ibv_td_init_attr;
import dev.ffmverbs.jextract.verbs_context;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.ThreadDomainOperations;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A thread domain: {@code struct ibv_td}. */
final class IbverbsThreadDomain implements ThreadDomainOperations {

    private final IbverbsContext context;
    private final MemorySegment domain;

    private IbverbsThreadDomain(final IbverbsContext context, final MemorySegment domain) {
        this.context = context;
        this.domain = domain;
    }

    /** {@code ibv_alloc_td}. */
    static IbverbsThreadDomain allocate(final IbverbsContext context) throws ProviderException {
        final ControlFunction allocation = HeaderDispatch.requireExtended(context.structure(),
            verbs_context.alloc_td$offset(), verbs_context.alloc_td::descriptor, "ibv_alloc_td", () -> "");
        try (Arena arena = Arena.ofConfined()) {
            return new IbverbsThreadDomain(context,
                allocation.pointer(() -> "", context.structure(), ibv_td_init_attr.allocate(arena)));
        }
    }

    MemorySegment structure() {
        return domain;
    }

    @Override
    public long nativeAddress() {
        return domain.address();
    }

    @Override
    public void close() throws ProviderException {
        HeaderDispatch.requireExtended(context.structure(), verbs_context.dealloc_td$offset(),
            verbs_context.dealloc_td::descriptor, "ibv_dealloc_td", () -> "").free(context, () -> "", domain);
    }
}
