// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.jextract.ibv_context;
import dev.ffmverbs.jextract.ibv_context_ops;
import dev.ffmverbs.jextract.verbs_context;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.layout.ExtendedDeviceAttributesLayout;
import dev.ffmverbs.spi.layout.PortAttributesLayout;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Supplier;

/**
 * The work that {@code <infiniband/verbs.h>} does in inline functions and macros before a call reaches the library.
 *
 * <p>The exported {@code ibv_query_port} and others are old forms kept for compatibility. Calling them by name fills
 * only part of the structure. The header instead calls through the context, after three checks, and so does this class.
 */
@SuppressWarnings("restricted")
final class HeaderDispatch {

    private static final ControlFunction QUERY_PORT_COMPATIBLE = new ControlFunction("ibv_query_port",
        ffm_verbs_h::ibv_query_port$address, ffm_verbs_h::ibv_query_port$descriptor);
    private static final ControlFunction QUERY_DEVICE = new ControlFunction("ibv_query_device",
        ffm_verbs_h::ibv_query_device$address, ffm_verbs_h::ibv_query_device$descriptor);

    private HeaderDispatch() {
    }

    /**
     * Returns the pointer of an extended operation, by the rules of {@code verbs_get_ctx_op}. The library must say that
     * its contexts are extended, its structure must be long enough to have the operation, and the driver must have set
     * it.
     *
     * @param context the {@code struct ibv_context}.
     * @param offset  offset of the operation in {@code struct verbs_context}.
     * @return the function, or NULL when the device lacks it.
     */
    static MemorySegment extendedOperation(final MemorySegment context, final long offset) {
        if (ibv_context.abi_compat(context).address() != ffm_verbs_h.__VERBS_ABI_IS_EXTENDED().address()) {
            return MemorySegment.NULL;
        }
        final MemorySegment extended = MemorySegment
            .ofAddress(context.address() - verbs_context.context$offset()).reinterpret(verbs_context.sizeof());
        if (verbs_context.sz(extended) < verbs_context.sizeof() - offset) {
            return MemorySegment.NULL;
        }
        return extended.get(ValueLayout.ADDRESS, offset);
    }

    /**
     * Returns an extended operation that the device must have.
     *
     * @param context    the {@code struct ibv_context}.
     * @param offset     offset of the operation in {@code struct verbs_context}.
     * @param descriptor its signature.
     * @param verb       the verb, for messages.
     * @param text       the arguments, for the message.
     * @return the function.
     * @throws ProviderException {@code EOPNOTSUPP} when the device lacks it.
     */
    static ControlFunction requireExtended(
        final MemorySegment context, final long offset, final Supplier<FunctionDescriptor> descriptor,
        final String verb, final Supplier<String> text) throws ProviderException {
        final MemorySegment function = extendedOperation(context, offset);
        if (function.address() == 0) {
            throw new ProviderException(verb, text.get(), Errno.EOPNOTSUPP, "the device's driver lacks the operation");
        }
        return new ControlFunction(verb, () -> function, descriptor);
    }

    /**
     * Returns the pointer of an operation in {@code ibv_context.ops}.
     *
     * @param context the {@code struct ibv_context}.
     * @param offset  offset of the operation in {@code struct ibv_context_ops}.
     * @param verb    the verb, for the message.
     * @return the address of the function.
     * @throws ProviderException {@code EOPNOTSUPP} when the device lacks it.
     */
    static long operation(final MemorySegment context, final long offset, final String verb)
        throws ProviderException {
        return requireFilledIn(ibv_context.ops(context), offset, verb);
    }

    /**
     * Returns a function pointer of an object, which the driver sets for each operation that it has.
     *
     * @param structure the {@code struct ibv_qp_ex} or {@code ibv_cq_ex}.
     * @param offset    offset of the pointer.
     * @param verb      the verb, for the message.
     * @return the address of the function.
     * @throws ProviderException {@code EOPNOTSUPP} when the driver left it NULL.
     */
    static long requireFilledIn(final MemorySegment structure, final long offset, final String verb)
        throws ProviderException {
        final long function = structure.get(ValueLayout.JAVA_LONG, offset);
        if (function == 0) {
            throw new ProviderException(verb, "", Errno.EOPNOTSUPP, "the device's driver lacks the operation");
        }
        return function;
    }

    /** {@code ibv_query_port}: calls the extended operation with the known size, else the compatibility form. */
    static void queryPort(final MemorySegment context, final int port, final MemorySegment portAttributes)
        throws ProviderException {
        final Supplier<String> text = () -> "port=" + port;
        portAttributes.fill((byte) 0);
        final MemorySegment function = extendedOperation(context, verbs_context.query_port$offset());
        if (function.address() == 0) {
            QUERY_PORT_COMPATIBLE.status(text, context, (byte) port, portAttributes);
            return;
        }
        new ControlFunction("ibv_query_port", () -> function, verbs_context.query_port::descriptor)
            .status(text, context, (byte) port, portAttributes, PortAttributesLayout.BYTES);
    }

    /** {@code ibv_query_device_ex}: calls the extended operation, else reads the basic attributes. */
    static void queryDevice(final MemorySegment context, final MemorySegment deviceAttributes)
        throws ProviderException {
        deviceAttributes.fill((byte) 0);
        final MemorySegment function = extendedOperation(context, verbs_context.query_device_ex$offset());
        if (function.address() != 0) {
            try {
                new ControlFunction("ibv_query_device_ex", () -> function, verbs_context.query_device_ex::descriptor)
                    .status(() -> "", context, MemorySegment.NULL, deviceAttributes,
                        ExtendedDeviceAttributesLayout.BYTES);
                return;
            } catch (final ProviderException e) {
                if (e.errno() != Errno.EOPNOTSUPP && e.errno() != Errno.ENOSYS) {
                    throw e;
                }
            }
        }
        QUERY_DEVICE.status(() -> "", context, ExtendedDeviceAttributesLayout.basic(deviceAttributes));
    }

    /**
     * Refuses a library whose structures differ from those of this binding, before anything is read by offset.
     *
     * @param context a context just opened.
     * @throws ProviderException {@code EPROTO} when a check fails.
     */
    static void checkAbi(final MemorySegment context) throws ProviderException {
        if (ibv_context.abi_compat(context).address() != ffm_verbs_h.__VERBS_ABI_IS_EXTENDED().address()) {
            throw new ProviderException("ibv_open_device", "", Errno.EPROTO,
                "this libibverbs is older than rdma-core and has no extended operations; install rdma-core");
        }
        final MemorySegment operations = ibv_context.ops(context);
        final long[] needed = {
            ibv_context_ops.poll_cq$offset(), ibv_context_ops.req_notify_cq$offset(),
            ibv_context_ops.post_send$offset(), ibv_context_ops.post_recv$offset()};
        for (final long offset : needed) {
            if (operations.get(ValueLayout.JAVA_LONG, offset) == 0) {
                throw new ProviderException("ibv_open_device", "", Errno.EPROTO, "function pointer at offset " + offset
                    + " of ibv_context.ops is NULL: the driver lacks an operation every device has, or the structure"
                    + " is not that of libibverbs.so.1");
            }
        }
        if (ibv_context.num_comp_vectors(context) < 1) {
            throw new ProviderException("ibv_open_device", "", Errno.EPROTO, "num_comp_vectors is "
                + ibv_context.num_comp_vectors(context) + ": the structure is not that of libibverbs.so.1");
        }
    }
}
