// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.jmh;

import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.WorkCompletions;
import dev.ffmverbs.benchmarks.device.Endpoint;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Two connected ends of one device in this process.
 *
 * <p>A benchmark takes them in its setup and keeps them: JMH makes a second pair for a benchmark method that asks
 * for them too, and the keys of one pair's memory are not valid on the other's.
 */
@State(Scope.Thread)
public class ConnectedEnds {

    private static final long BUFFER_BYTES = 8192;

    /** Name of the device; empty for the first one. */
    @Param("")
    public String device;

    private final WorkCompletions completion = WorkCompletions.allocate(1);
    private Endpoint near;
    private Endpoint far;

    /** For JMH. */
    public ConnectedEnds() {
    }

    /**
     * Opens and connects both ends.
     *
     * <p>Twice: JMH counts the teardown to the last iteration, and what is loaded by the first one of a JVM would
     * pass for allocation by the operations.
     */
    @Setup(Level.Trial)
    public void connect() {
        open();
        close();
        open();
    }

    private void open() {
        near = new Endpoint(device, Endpoint.ANY_GID, BUFFER_BYTES);
        far = new Endpoint(device, Endpoint.ANY_GID, BUFFER_BYTES);
        near.connect(far.address());
        far.connect(near.address());
    }

    /** Closes both ends. */
    @TearDown(Level.Trial)
    public void close() {
        near.close();
        far.close();
    }

    final Endpoint near() {
        return near;
    }

    final Endpoint far() {
        return far;
    }

    /** Polls, without rest, until one completion is there, and requires that it succeeded. */
    final void awaitCompletion(final CompletionQueue queue) {
        final WorkCompletions taken = completion;
        while (queue.poll(taken) == 0) {
            // a benchmark has a processor to itself, as perftest has
        }
        if (!taken.succeeded(0)) {
            throw new IllegalStateException("an operation failed: " + taken.describe(0));
        }
    }
}
