// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import dev.ffmverbs.benchmarks.device.OperationException;
import java.time.Duration;

/** Sends a message and waits, without sleeping, until it has come back. The time is that of the whole way. */
final class MessageLoop extends MeasuredLoop {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final MessageEnd end;
    private final int lengthBytes;
    private long operations;

    MessageLoop(final MessageEnd end, final Load load) {
        this.end = end;
        this.lengthBytes = load.lengthBytes();
    }

    @Override
    long[] operationsOfPairs() {
        return new long[] {operations};
    }

    @Override
    public void run() {
        end.begin();
        long number = 0;
        Phase phase = phase();
        while (phase != Phase.DONE) {
            final long startNs = System.nanoTime();
            exchange(++number, startNs);
            final long elapsedNs = System.nanoTime() - startNs;
            phase = phase();
            if (phase == Phase.MEASURE) {
                times().add(elapsedNs);
                operations++;
            }
        }
    }

    private void exchange(final long number, final long startNs) {
        final MessageEnd end = this.end;
        while (!end.send(number, lengthBytes)) {
            end.receive();
            requireTimeLeft(startNs);
        }
        while (!end.receive()) {
            requireTimeLeft(startNs);
        }
        if (end.number() != number || end.lengthBytes() != lengthBytes) {
            throw new OperationException("message " + number + " of " + lengthBytes + " bytes came back as message "
                + end.number() + " of " + end.lengthBytes() + " bytes");
        }
    }

    private static void requireTimeLeft(final long startNs) {
        if (System.nanoTime() - startNs > LIMIT.toNanos()) {
            throw new OperationException("a message did not come back within " + LIMIT.toSeconds()
                + " s: has the other end died?");
        }
    }
}
