// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import dev.ffmverbs.jextract.ibv_context_ops;
import dev.ffmverbs.jextract.ibv_mw;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.MemoryWindowOperations;
import dev.ffmverbs.spi.ProviderException;
import java.lang.foreign.MemorySegment;

/** A memory window: {@code struct ibv_mw}. Its verbs are inline functions over {@code ibv_context.ops}. */
@SuppressWarnings("restricted")
final class IbverbsMemoryWindow implements MemoryWindowOperations {

    private final IbverbsContext context;
    private final MemorySegment window;
    private final ControlFunction bind;
    private final ControlFunction deallocate;

    private IbverbsMemoryWindow(
        final IbverbsContext context, final MemorySegment window, final ControlFunction bind,
        final ControlFunction deallocate) {
        this.context = context;
        this.window = window;
        this.bind = bind;
        this.deallocate = deallocate;
    }

    static IbverbsMemoryWindow allocate(final IbverbsContext context, final MemorySegment domain, final int type)
        throws ProviderException {
        final MemorySegment device = context.structure();
        final long allocate =
            HeaderDispatch.operation(device, ibv_context_ops.alloc_mw$offset(), "ibv_alloc_mw");
        final long bind = HeaderDispatch.operation(device, ibv_context_ops.bind_mw$offset(), "ibv_bind_mw");
        final long deallocate =
            HeaderDispatch.operation(device, ibv_context_ops.dealloc_mw$offset(), "ibv_dealloc_mw");
        final MemorySegment window = new ControlFunction("ibv_alloc_mw", () -> MemorySegment.ofAddress(allocate),
            ibv_context_ops.alloc_mw::descriptor).pointer(() -> "type=" + type, domain, type);
        return new IbverbsMemoryWindow(context, window.reinterpret(ibv_mw.sizeof()),
            new ControlFunction("ibv_bind_mw", () -> MemorySegment.ofAddress(bind),
                ibv_context_ops.bind_mw::descriptor),
            new ControlFunction("ibv_dealloc_mw", () -> MemorySegment.ofAddress(deallocate),
                ibv_context_ops.dealloc_mw::descriptor));
    }

    /** {@code ibv_bind_mw}. The caller has refused windows of type 2 and of other protection domains. */
    int bind(final MemorySegment queuePair, final MemorySegment mwBind) {
        try {
            bind.status(() -> "", queuePair, window, mwBind);
            return 0;
        } catch (final ProviderException e) {
            return e.errno() == 0 ? Errno.EIO : e.errno();
        }
    }

    @Override
    public int rkey() {
        return ibv_mw.rkey(window);
    }

    @Override
    public void setRkey(final int rkey) {
        ibv_mw.rkey(window, rkey);
    }

    @Override
    public long handle() {
        return window.address();
    }

    @Override
    public long nativeAddress() {
        return window.address();
    }

    @Override
    public void close() throws ProviderException {
        deallocate.free(context, () -> "rkey=0x" + Integer.toHexString(rkey()), window);
    }
}
