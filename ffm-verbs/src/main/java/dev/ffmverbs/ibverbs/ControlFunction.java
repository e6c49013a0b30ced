// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * An exported C function of the control path, called with {@code errno} captured.
 *
 * <p>It is linked at its first call. A function that an old library lacks therefore affects only the code that needs
 * it, which is told {@code ENOSYS}. Calls box their arguments, because control calls enter the kernel anyway. The text
 * of the arguments is created only when a call fails.
 */
@SuppressWarnings("restricted")
final class ControlFunction {

    private static final MethodType ON_ARRAY = MethodType.methodType(Object.class, Object[].class);

    private final String name;
    private final Supplier<MemorySegment> address;
    private final Supplier<FunctionDescriptor> descriptor;
    private final Linker.Option[] options;
    private volatile MethodHandle handle;

    ControlFunction(
        final String name, final Supplier<MemorySegment> address, final Supplier<FunctionDescriptor> descriptor,
        final Linker.Option... otherOptions) {
        this.options = Arrays.copyOf(otherOptions, otherOptions.length + 1);
        this.options[otherOptions.length] = CapturedErrno.OPTION;
        this.name = name;
        this.address = address;
        this.descriptor = descriptor;
    }

    /** Returns the name of the C function. */
    String name() {
        return name;
    }

    /** Explains the number that a function has returned. */
    @FunctionalInterface
    interface Explanation {

        /**
         * Returns the failure.
         *
         * @param status what the function returned, not 0.
         * @param errno  {@code errno} directly after the call, 0 if it was not set.
         */
        ProviderException of(int status, int errno);
    }

    /** The result of a call, and errno directly after it. The errno is valid only when the call failed. */
    private record Outcome(Object result, int errno) {
    }

    /**
     * Calls a function that returns a pointer, or NULL with errno set on failure.
     *
     * @param text      creates the text of the arguments, for the message.
     * @param arguments the arguments in the exact types of the descriptor.
     * @return the pointer, of length zero.
     * @throws ProviderException when the function returns NULL.
     */
    MemorySegment pointer(final Supplier<String> text, final Object... arguments) throws ProviderException {
        final Outcome outcome = call(text, arguments);
        final MemorySegment pointer = (MemorySegment) outcome.result;
        if (pointer.address() == 0) {
            throw new ProviderException(name, text.get(), outcome.errno);
        }
        return pointer;
    }

    /**
     * Calls a function that returns 0, or on failure either the error number or -1 with errno set. Verbs do both.
     *
     * @param text      creates the text of the arguments, for the message.
     * @param arguments the arguments in the exact types of the descriptor.
     * @throws ProviderException when the function does not return 0.
     */
    void status(final Supplier<String> text, final Object... arguments) throws ProviderException {
        final Outcome outcome = call(text, arguments);
        final int status = (int) outcome.result;
        if (status != 0) {
            throw new ProviderException(name, text.get(), status == -1 ? outcome.errno : Math.abs(status));
        }
    }

    /**
     * Calls a function that returns 0, or on failure a number that is not an error number.
     *
     * @param explanation explains the number.
     * @param text        creates the text of the arguments, for the message.
     * @param arguments   the arguments in the exact types of the descriptor.
     * @throws ProviderException the explanation, when the function does not return 0.
     */
    void explain(final Explanation explanation, final Supplier<String> text, final Object... arguments)
        throws ProviderException {
        final Outcome outcome = call(text, arguments);
        final int status = (int) outcome.result;
        if (status != 0) {
            throw explanation.of(status, outcome.errno);
        }
    }

    /**
     * Calls a function that frees an object or ends what holds one, as {@link #status} does. After the device was
     * removed or reset, the kernel has freed all objects. The call then fails, but there is nothing left to free.
     *
     * @param context   the context of the object.
     * @param text      creates the text of the arguments, for the message.
     * @param arguments the arguments in the exact types of the descriptor.
     * @throws ProviderException when the function does not return 0 and the device is present.
     */
    void free(final IbverbsContext context, final Supplier<String> text, final Object... arguments)
        throws ProviderException {
        try {
            status(text, arguments);
        } catch (final ProviderException e) {
            context.requireRemoved(e);
        }
    }

    /**
     * Calls a function that returns a number, or -1 with errno set on failure.
     *
     * @param text      creates the text of the arguments, for the message.
     * @param arguments the arguments in the exact types of the descriptor.
     * @return the number, 0 or more.
     * @throws ProviderException when the function returns a negative number.
     */
    long number(final Supplier<String> text, final Object... arguments) throws ProviderException {
        final Outcome outcome = call(text, arguments);
        final long number = ((Number) outcome.result).longValue();
        if (number < 0) {
            throw new ProviderException(name, text.get(), outcome.errno);
        }
        return number;
    }

    private Outcome call(final Supplier<String> text, final Object... arguments) throws ProviderException {
        final MethodHandle function;
        try {
            function = handle();
        } catch (final LinkageError e) {
            final ProviderException missing = new ProviderException(name, text.get(), Errno.ENOSYS,
                "the installed rdma-core is older than this function; install a newer one");
            missing.initCause(e);
            throw missing;
        }
        final MemorySegment errno = CapturedErrno.clearedPlace();
        final Object[] all = new Object[arguments.length + 1];
        all[0] = errno;
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        try {
            final Object result = (Object) function.invokeExact(all);
            return new Outcome(result, CapturedErrno.read(errno));
        } catch (final RuntimeException | Error e) {
            throw e;
        } catch (final Throwable e) {
            throw new AssertionError("a downcall itself throws nothing", e);
        }
    }

    /** Returns a handle that takes the place for errno and the arguments as one array, so that calls can be exact. */
    private MethodHandle handle() {
        MethodHandle linked = handle;
        if (linked == null) {
            final MethodHandle call =
                Linker.nativeLinker().downcallHandle(address.get(), descriptor.get(), options);
            linked = call.asSpreader(Object[].class, call.type().parameterCount()).asType(ON_ARRAY);
            handle = linked;
        }
        return linked;
    }
}
