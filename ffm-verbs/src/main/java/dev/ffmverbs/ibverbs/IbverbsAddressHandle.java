// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.jextract.ibv_ah_attr;
import dev.ffmverbs.jextract.ibv_global_route;
import dev.ffmverbs.spi.AddressHandleOperations;
import dev.ffmverbs.spi.ProviderException;
import java.lang.foreign.MemorySegment;

/** An address handle: {@code struct ibv_ah}. */
final class IbverbsAddressHandle implements AddressHandleOperations {

    private static final ControlFunction CREATE_AH = new ControlFunction("ibv_create_ah",
        ffm_verbs_h::ibv_create_ah$address, ffm_verbs_h::ibv_create_ah$descriptor);
    private static final ControlFunction DESTROY_AH = new ControlFunction("ibv_destroy_ah",
        ffm_verbs_h::ibv_destroy_ah$address, ffm_verbs_h::ibv_destroy_ah$descriptor);

    private final MemorySegment handle;

    private IbverbsAddressHandle(final MemorySegment handle) {
        this.handle = handle;
    }

    static IbverbsAddressHandle create(final MemorySegment domain, final MemorySegment attributes)
        throws ProviderException {
        final int gidIndex = Byte.toUnsignedInt(ibv_global_route.sgid_index(ibv_ah_attr.grh(attributes)));
        final String text = "port=" + ibv_ah_attr.port_num(attributes) + ", sgid_index=" + gidIndex;
        return new IbverbsAddressHandle(CREATE_AH.pointer(text, domain, attributes));
    }

    @Override
    public long handle() {
        return handle.address();
    }

    @Override
    public void close() throws ProviderException {
        DESTROY_AH.status("", handle);
    }
}
