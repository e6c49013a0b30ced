// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.spi.AddressHandleOperations;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.layout.AddressAttributesLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Supplier;

/** An address handle: {@code struct ibv_ah}. */
final class IbverbsAddressHandle implements AddressHandleOperations {

    private static final ControlFunction CREATE_AH = new ControlFunction("ibv_create_ah",
        ffm_verbs_h::ibv_create_ah$address, ffm_verbs_h::ibv_create_ah$descriptor);
    private static final ControlFunction DESTROY_AH = new ControlFunction("ibv_destroy_ah",
        ffm_verbs_h::ibv_destroy_ah$address, ffm_verbs_h::ibv_destroy_ah$descriptor);

    private final IbverbsContext context;
    private final MemorySegment handle;

    IbverbsAddressHandle(final IbverbsContext context, final MemorySegment handle) {
        this.context = context;
        this.handle = handle;
    }

    static IbverbsAddressHandle create(
        final IbverbsContext context, final MemorySegment domain, final MemorySegment attributes)
        throws ProviderException {
        final Supplier<String> text = () ->
            "port=" + attributes.get(ValueLayout.JAVA_BYTE, AddressAttributesLayout.PORT)
            + ", sgid_index="
            + Byte.toUnsignedInt(attributes.get(ValueLayout.JAVA_BYTE, AddressAttributesLayout.SOURCE_GID_INDEX));
        return new IbverbsAddressHandle(context, CREATE_AH.pointer(text, domain, attributes));
    }

    @Override
    public long handle() {
        return handle.address();
    }

    @Override
    public long nativeAddress() {
        return handle.address();
    }

    @Override
    public void close() throws ProviderException {
        DESTROY_AH.free(context, () -> "", handle);
    }
}
