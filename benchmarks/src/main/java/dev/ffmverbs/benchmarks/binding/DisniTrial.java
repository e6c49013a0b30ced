// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.binding;

import com.ibm.disni.verbs.RdmaCm;
import dev.ffmverbs.benchmarks.device.MeasuredDevice;
import dev.ffmverbs.benchmarks.process.JavaProgram;
import dev.ffmverbs.benchmarks.process.Trial;
import java.io.File;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** A process that reads eight bytes with DiSNI. It is tried before anything is measured. */
final class DisniTrial {

    /** In the lab, on a busy machine, it has been seen to take 45 s. */
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final int BUFFER_BYTES = 8192;
    private static final long VALUE = 0x6469_736e_69L;
    private static final String LIBRARY = System.mapLibraryName("disni");
    private static final String HOW = "no distribution has it: build it from github.com/zrlio/disni and add its folder"
        + " to LD_LIBRARY_PATH";

    /** What a process that tries found, for each device and library path; trying takes a second. */
    private static final Map<String, Optional<String>> REASONS = new ConcurrentHashMap<>();

    private DisniTrial() {
    }

    /**
     * Reads from one end of a connection to the other.
     *
     * @param arguments name of the device.
     * @throws IOException if DiSNI's native library is of another version.
     */
    public static void main(final String[] arguments) throws IOException {
        JavaProgram.exitOnFailure();
        RdmaCm.open();
        try (DisniSession session = new DisniBinding().open(arguments[0], BUFFER_BYTES)) {
            session.far().set(ValueLayout.JAVA_LONG, 0, VALUE);
            session.prepare(Transfer.READ, 1, Long.BYTES, true);
            session.post();
            final long startNs = System.nanoTime();
            while (session.poll() == 0) {
                if (System.nanoTime() - startNs > LIMIT.toNanos() / 2) {
                    throw new IllegalStateException("a READ did not complete within " + LIMIT.toSeconds() / 2 + " s");
                }
            }
            final long read = session.near().get(ValueLayout.JAVA_LONG, 0);
            if (!session.hasLastPollSucceeded() || read != VALUE) {
                throw new IllegalStateException("a READ got 0x" + Long.toHexString(read) + " instead of 0x"
                    + Long.toHexString(VALUE));
            }
        }
    }

    /** Tries in another process, once for each device, whether a READ completes. Returns why none does. */
    static Optional<String> whyNot(final MeasuredDevice device, final DisniBinding binding) {
        return REASONS.computeIfAbsent(device.verbsName() + " " + DisniBinding.libraryPath(), key -> {
            final List<String> options = new ArrayList<>(binding.jvmOptions(device));
            options.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-Xmx64m", "-XX:TieredStopAtLevel=1"));
            return run(JavaProgram.command(options, System.getProperty("java.class.path") + File.pathSeparator
                + binding.classPath(), DisniTrial.class, device.verbsName()));
        });
    }

    /** Runs the process. Returns why it failed; empty if it did not. */
    static Optional<String> run(final List<String> command) {
        return Trial.run("disni", command, LIMIT, DisniTrial::judge);
    }

    private static Optional<String> judge(final Trial.Outcome outcome) {
        final String cause = outcome.selectCause(UnaryOperator.identity());
        if (!outcome.hasEnded()) {
            return Optional.of("DiSNI did not end within " + LIMIT.toSeconds() + " s; it said: " + cause);
        }
        if (outcome.hasSucceeded()) {
            return Optional.empty();
        }
        if (outcome.text().contains("no disni in java.library.path")) {
            return Optional.of("DiSNI's native library, " + LIBRARY + ", is in none of " + DisniBinding.libraryPath()
                + "; " + HOW);
        }
        return Optional.of(outcome.text().contains("UnsatisfiedLinkError")
            ? "DiSNI's native library, " + LIBRARY + ", does not load: " + cause : "DiSNI cannot: " + cause);
    }
}
