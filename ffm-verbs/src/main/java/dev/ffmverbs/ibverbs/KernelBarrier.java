// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.ffmverbs.spi.ProcessBarrier;
import dev.ffmverbs.spi.ProviderException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * The barrier that Linux executes for all threads of a process: {@code membarrier(2)} with {@code
 * MEMBARRIER_CMD_PRIVATE_EXPEDITED}, since Linux 4.14. It interrupts the processors on which threads of this process
 * run, and takes microseconds. A sandbox may deny the call.
 */
@SuppressWarnings("restricted")
public final class KernelBarrier implements ProcessBarrier {

    /** Commands of {@code <linux/membarrier.h>}, which the generated constants lack. */
    private static final int PRIVATE_EXPEDITED = 1 << 3;
    private static final int REGISTER_PRIVATE_EXPEDITED = 1 << 4;

    /** {@code __NR_membarrier} of {@code <asm/unistd.h>}. The C library has no function of that name. */
    private static final long CALL_NUMBER_X86_64 = 324;
    private static final long CALL_NUMBER_AARCH64 = 283;

    private static final FunctionDescriptor SYSCALL_DESCRIPTOR =
        FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MemorySegment SYSCALL_ADDRESS =
        Linker.nativeLinker().defaultLookup().find("syscall").orElseThrow();
    private static final ControlFunction MEMBARRIER = new ControlFunction(
        "membarrier", () -> SYSCALL_ADDRESS, () -> SYSCALL_DESCRIPTOR, Linker.Option.firstVariadicArg(1));

    private static final Optional<ProcessBarrier> AVAILABLE = find();

    private final long callNumber;

    private KernelBarrier(final long callNumber) {
        this.callNumber = callNumber;
    }

    /**
     * Returns the barrier of this process.
     *
     * @return the barrier; empty when the kernel or a sandbox does not allow it, or on another architecture than
     *     x86_64 and aarch64.
     */
    public static Optional<ProcessBarrier> available() {
        return AVAILABLE;
    }

    private static Optional<ProcessBarrier> find() {
        return switch (System.getProperty("os.arch")) {
            case "amd64" -> register(new KernelBarrier(CALL_NUMBER_X86_64));
            case "aarch64" -> register(new KernelBarrier(CALL_NUMBER_AARCH64));
            default -> Optional.empty();
        };
    }

    private static Optional<ProcessBarrier> register(final KernelBarrier barrier) {
        try {
            barrier.call(REGISTER_PRIVATE_EXPEDITED);
            return Optional.of(barrier);
        } catch (final ProviderException e) {
            return Optional.empty();
        }
    }

    private void call(final int command) throws ProviderException {
        MEMBARRIER.number(() -> "cmd=" + command, callNumber, command, 0, 0);
    }

    @Override
    public void execute() throws ProviderException {
        call(PRIVATE_EXPEDITED);
    }
}
