// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.jucx;

import dev.ffmverbs.benchmarks.process.JavaProgram;
import dev.ffmverbs.benchmarks.process.Trial;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A process that reads eight bytes over a transport. It is tried before anything is measured, because UCX finds out
 * only while it connects whether it can, and a library that is missing or too old ends the process.
 */
final class JucxTrial {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int BUFFER_BYTES = 4096;
    private static final long VALUE = 0x4a55_4358;
    private static final String INCOMPATIBLE = "API version is incompatible";

    private final List<String> command;

    JucxTrial(final List<String> command) {
        this.command = command;
    }

    /**
     * Reads over a transport.
     *
     * @param arguments name of the transport, and of the device.
     */
    public static void main(final String[] arguments) {
        JavaProgram.exitOnFailure();
        final JucxTransport transport = JucxTransport.valueOf(arguments[0]);
        final JucxEnd near = new JucxEnd(transport, arguments[1], BUFFER_BYTES, false);
        final JucxEnd far = new JucxEnd(transport, arguments[1], BUFFER_BYTES, false);
        near.connect(far.address());
        far.putLong(0, VALUE);
        final JucxCounter completed = new JucxCounter();
        near.get(0, Long.BYTES, completed);
        final long startNs = System.nanoTime();
        while (completed.take() == 0) {
            near.progress();
            far.progress();
            if (System.nanoTime() - startNs > LIMIT.toNanos() / 2) {
                throw new IllegalStateException("a GET over " + transport.ucxNames() + " did not complete within "
                    + LIMIT.toSeconds() / 2 + " s");
            }
        }
        if (near.getLong(0) != VALUE) {
            throw new IllegalStateException("a GET over " + transport.ucxNames() + " read 0x"
                + Long.toHexString(near.getLong(0)) + " instead of 0x" + Long.toHexString(VALUE));
        }
        near.close();
        far.close();
    }

    /** Runs the process. Returns why it failed; empty if it did not. */
    Optional<String> run() {
        return Trial.run("jucx", command, LIMIT, JucxTrial::judge);
    }

    private static Optional<String> judge(final Trial.Outcome outcome) {
        final String cause = outcome.selectCause(JucxTrial::removeColumns);
        if (outcome.text().contains(INCOMPATIBLE)) {
            return Optional.of("libucx is of another version than jucx: " + cause);
        }
        if (!outcome.hasEnded()) {
            return Optional.of("a GET did not complete within " + LIMIT.toSeconds() + " s; UCX said: " + cause);
        }
        if (outcome.hasSucceeded()) {
            return Optional.empty();
        }
        return Optional.of(outcome.text().contains("UnsatisfiedLinkError")
            ? "libucx, which jucx loads, is missing or too old; Debian has it in the package libucx0: " + cause
            : "UCX cannot: " + cause);
    }

    /** Removes the columns before UCX's messages. */
    private static String removeColumns(final String line) {
        return line.replaceFirst("^\\[[^]]*\\]\\s*\\[[^]]*\\]\\s*\\S+\\s+UCX\\s+", "");
    }
}
