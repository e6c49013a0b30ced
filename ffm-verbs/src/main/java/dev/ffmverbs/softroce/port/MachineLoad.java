// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/**
 * Decides whether the machine has a spare processor for a thread that polls a socket instead of sleeping.
 *
 * <p>There is none in four cases: there is only one processor, half of the processors already run a polling thread of
 * this process, more threads of the machine are runnable than there are processors ({@code /proc/loadavg}), or a pause
 * has not ended that began when a polling thread was suspended. The file is read at most every 20 ms, and every 2 ms
 * while too many threads are runnable, because most of them run only for a moment.
 *
 * <p>A spinning thread that competes for its processor makes others wait for whole time slices, up to 8 ms. The first
 * pause is that long. If a thread is suspended again within {@value #CALM_MS} ms after a pause, the next pause is
 * longer, up to half a second. A thread that is suspended occasionally, as every thread of a virtual machine is,
 * therefore polls nearly always.
 *
 * <p>Thread-safe. Nothing is allocated per polling period.
 */
final class MachineLoad {

    /** The machine that this process runs on. */
    static final MachineLoad OF_THIS_MACHINE =
        new MachineLoad(Path.of("/proc/loadavg"), Runtime.getRuntime()::availableProcessors);

    private static final long SAMPLE_NS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long BUSY_SAMPLE_NS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long FIRST_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(8);
    private static final long LONGEST_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(512);
    private static final int PAUSE_GROWTH = 4;
    /** After this time since a pause without a suspension, the next suspension counts as the first. */
    private static final long CALM_MS = 128;
    private static final long CALM_NS = TimeUnit.MILLISECONDS.toNanos(CALM_MS);
    private static final int MAX_BYTES = 128;
    private static final int RADIX = 10;

    private final Path file;
    private final IntSupplier processors;
    private final AtomicInteger lookers = new AtomicInteger();
    private final AtomicBoolean sampling = new AtomicBoolean();

    /** Used by one sampling thread at a time. */
    private final byte[] text = new byte[MAX_BYTES];
    private RandomAccessFile open;

    private volatile boolean sampled;
    private volatile long sampledNs;
    private volatile int processorsToSpare;

    /** Whether the last sample found more runnable threads than processors. */
    private volatile boolean busy;
    private volatile long pauseStartNs;

    /** Length of the current or last pause. 0 before the first. */
    private volatile long pauseNs;

    /**
     * Describes a machine.
     *
     * @param file       contains the number of runnable threads, like {@code /proc/loadavg}. If it cannot be read,
     *                   nothing is known about other processes.
     * @param processors returns the number of processors that this process may use.
     */
    MachineLoad(final Path file, final IntSupplier processors) {
        this.file = file;
        this.processors = processors;
    }

    /**
     * Begins to poll. If the result is true, {@link #endLook} must follow.
     *
     * @param nowNs current time.
     * @return whether there is a processor for it.
     */
    boolean beginLook(final long nowNs) {
        if (pauseNs != 0 && nowNs - pauseStartNs < pauseNs) {
            return false;
        }
        if ((!sampled || nowNs - sampledNs >= (busy ? BUSY_SAMPLE_NS : SAMPLE_NS))
            && sampling.compareAndSet(false, true)) {
            try {
                sample();
                sampledNs = nowNs;
                sampled = true;
            } finally {
                sampling.set(false);
            }
        }
        if (lookers.get() >= processorsToSpare) {
            return false;
        }
        lookers.incrementAndGet();
        return true;
    }

    void endLook() {
        lookers.decrementAndGet();
    }

    /** Records that the system suspended a thread that polled. */
    void recordSuspension(final long nowNs) {
        final long lastNs = pauseNs;
        final boolean calm = lastNs == 0 || nowNs - pauseStartNs > lastNs + CALM_NS;
        pauseNs = calm ? FIRST_PAUSE_NS : Math.min(PAUSE_GROWTH * lastNs, LONGEST_PAUSE_NS);
        pauseStartNs = nowNs;
    }

    private void sample() {
        final int count = processors.getAsInt();
        busy = runnableThreads() > count;
        processorsToSpare = busy ? 0 : count / 2;
    }

    /** Returns the number of runnable threads of the machine, including this one. Returns 1 if it cannot be read. */
    private int runnableThreads() {
        try {
            if (open == null) {
                open = new RandomAccessFile(file.toFile(), "r");
            }
            open.seek(0);
            return fourthNumber(open.read(text));
        } catch (final IOException e) {
            return 1;
        }
    }

    /** Reads {@code 3} from {@code 0.71 0.80 0.94 3/412 17237}. */
    private int fourthNumber(final int length) {
        int blanks = 0;
        int number = 0;
        for (int i = 0; i < length && text[i] != '/'; i++) {
            if (text[i] == ' ') {
                blanks++;
            } else if (blanks == 3) {
                number = number * RADIX + text[i] - '0';
            }
        }
        return number;
    }
}
