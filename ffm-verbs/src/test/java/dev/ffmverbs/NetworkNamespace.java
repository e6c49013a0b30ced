// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * A Linux network namespace. A device that is opened in it can be used by the whole process.
 *
 * <p>The kernel's rxe owns UDP port 4791 of its namespace. A software device that acts as its peer in the same process
 * has its socket in another namespace. Entering a namespace ({@code setns(2)}) requires root.
 *
 * @param file the namespace's file, for example below {@code /run/netns}.
 */
@SuppressWarnings("restricted")
record NetworkNamespace(Path file) {

    private static final int CLONE_NEWNET = 0x4000_0000;
    private static final int O_RDONLY = 0;

    private static final MethodHandle OPEN = function("open",
        FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT), Linker.Option.firstVariadicArg(2));
    private static final MethodHandle SETNS = function("setns", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));

    private static MethodHandle function(
        final String name, final FunctionDescriptor descriptor, final Linker.Option... options) {
        final SymbolLookup system = Linker.nativeLinker().defaultLookup();
        return Linker.nativeLinker().downcallHandle(system.find(name).orElseThrow(), descriptor, options);
    }

    /** Opens a device on a temporary thread in this namespace. */
    Context open(final String deviceName) {
        return call(() -> Verbs.device(deviceName).open());
    }

    /** Calls something on a temporary thread in this namespace. */
    <T> T call(final Supplier<T> called) {
        final CompletableFuture<T> result = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> {
            try {
                enter();
                result.complete(called.get());
            } catch (final RuntimeException | Error e) {
                result.completeExceptionally(e);
            }
        });
        try {
            return result.join();
        } catch (final CompletionException e) {
            throw new IllegalStateException("in network namespace " + file + ": " + e.getCause().getMessage(),
                e.getCause());
        }
    }

    private void enter() {
        try (Arena arena = Arena.ofConfined()) {
            final int descriptor = (int) OPEN.invokeExact(arena.allocateFrom(file.toString()), O_RDONLY);
            if (descriptor < 0 || (int) SETNS.invokeExact(descriptor, CLONE_NEWNET) != 0) {
                throw new IllegalStateException("cannot enter it; it exists only in the lab and requires root");
            }
        } catch (final RuntimeException | Error e) {
            throw e;
        } catch (final Throwable e) {
            throw new AssertionError("a downcall itself throws nothing", e);
        }
    }
}
