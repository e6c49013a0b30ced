// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import dev.ffmverbs.spi.ProviderException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * An exported C function of the control path, called with {@code errno} captured.
 *
 * <p>It is linked at its first call, so that a function an old library lacks breaks only what needs it. Calls are
 * generic and box their arguments: control calls enter the kernel anyway.
 */
@SuppressWarnings("restricted")
final class ControlFunction {

    private static final Linker.Option CAPTURE_ERRNO = Linker.Option.captureCallState("errno");

    private final String name;
    private final Supplier<MemorySegment> address;
    private final Supplier<FunctionDescriptor> descriptor;
    private final Linker.Option[] options;
    private volatile MethodHandle handle;

    ControlFunction(
        final String name, final Supplier<MemorySegment> address, final Supplier<FunctionDescriptor> descriptor,
        final Linker.Option... otherOptions) {
        this.options = Arrays.copyOf(otherOptions, otherOptions.length + 1);
        this.options[otherOptions.length] = CAPTURE_ERRNO;
        this.name = name;
        this.address = address;
        this.descriptor = descriptor;
    }

    /** What a call returned, and errno as it was right behind it; errno means something only when the call failed. */
    private record Outcome(Object result, int errno) {
    }

    /**
     * Calls a function that returns a pointer, NULL on failure with errno set.
     *
     * @param text      the arguments as text, for the message.
     * @param arguments the arguments in the exact types of the descriptor.
     * @return the pointer, of length zero.
     * @throws ProviderException when it returned NULL.
     */
    MemorySegment pointer(final String text, final Object... arguments) throws ProviderException {
        final Outcome outcome = call(arguments);
        final MemorySegment pointer = (MemorySegment) outcome.result;
        if (pointer.address() == 0) {
            throw new ProviderException(name, text, outcome.errno);
        }
        return pointer;
    }

    /**
     * Calls a function that returns 0, or on failure either the error number or -1 with errno set: verbs do both.
     *
     * @param text      the arguments as text, for the message.
     * @param arguments the arguments in the exact types of the descriptor.
     * @throws ProviderException when it did not return 0.
     */
    void status(final String text, final Object... arguments) throws ProviderException {
        final Outcome outcome = call(arguments);
        final int status = (int) outcome.result;
        if (status != 0) {
            throw new ProviderException(name, text, status == -1 ? outcome.errno : Math.abs(status));
        }
    }

    /**
     * Calls a function that returns a number, -1 on failure with errno set.
     *
     * @param text      the arguments as text, for the message.
     * @param arguments the arguments in the exact types of the descriptor.
     * @return the number, 0 or more.
     * @throws ProviderException when it returned a negative number.
     */
    long number(final String text, final Object... arguments) throws ProviderException {
        final Outcome outcome = call(arguments);
        final long number = ((Number) outcome.result).longValue();
        if (number < 0) {
            throw new ProviderException(name, text, outcome.errno);
        }
        return number;
    }

    private Outcome call(final Object... arguments) {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment captured = arena.allocate(Linker.Option.captureStateLayout());
            final Object[] all = new Object[arguments.length + 1];
            all[0] = captured;
            System.arraycopy(arguments, 0, all, 1, arguments.length);
            final Object result = handle().invokeWithArguments(all);
            return new Outcome(result, captured.get(ValueLayout.JAVA_INT, 0));
        } catch (final RuntimeException | Error e) {
            throw e;
        } catch (final Throwable e) {
            throw new AssertionError("a downcall itself throws nothing", e);
        }
    }

    private MethodHandle handle() {
        MethodHandle linked = handle;
        if (linked == null) {
            linked = Linker.nativeLinker().downcallHandle(address.get(), descriptor.get(), options);
            handle = linked;
        }
        return linked;
    }
}
