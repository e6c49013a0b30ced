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

/**
 * A network namespace of Linux, in which a device can be opened that the rest of the process then uses.
 *
 * <p>The kernel's rxe has UDP port 4791 of the namespace it lives in for itself. A software device that is to be its
 * peer, in the same process, has its socket in another ({@code setns(2)}, for which one must be root).
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

    /** Opens a device in a thread of this namespace, which ends with it. */
    Context open(final String deviceName) {
        final CompletableFuture<Context> result = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> {
            try {
                enter();
                result.complete(Verbs.device(deviceName).open());
            } catch (final RuntimeException | Error e) {
                result.completeExceptionally(e);
            }
        });
        try {
            return result.join();
        } catch (final CompletionException e) {
            throw new IllegalStateException(deviceName + " in network namespace " + file + ": "
                + e.getCause().getMessage(), e.getCause());
        }
    }

    private void enter() {
        try (Arena arena = Arena.ofConfined()) {
            final int descriptor = (int) OPEN.invokeExact(arena.allocateFrom(file.toString()), O_RDONLY);
            if (descriptor < 0 || (int) SETNS.invokeExact(descriptor, CLONE_NEWNET) != 0) {
                throw new IllegalStateException("cannot enter it; it exists only in the lab, and root may");
            }
        } catch (final RuntimeException | Error e) {
            throw e;
        } catch (final Throwable e) {
            throw new AssertionError("a downcall itself throws nothing", e);
        }
    }
}
