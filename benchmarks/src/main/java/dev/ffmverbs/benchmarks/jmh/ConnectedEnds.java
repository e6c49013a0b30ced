// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.jmh;

import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.WorkCompletions;
import dev.ffmverbs.benchmarks.device.BusyWait;
import dev.ffmverbs.benchmarks.device.Endpoint;
import dev.ffmverbs.benchmarks.device.EndpointPair;
import dev.ffmverbs.benchmarks.device.OperationException;
import java.time.Duration;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Two connected ends of one device in this process, as JMH's state.
 *
 * <p>A benchmark takes them in its setup and keeps them. JMH would create a second pair for a benchmark method that
 * asks for them too, and the keys of one pair's memory are not valid on the other's.
 */
@State(Scope.Thread)
public class ConnectedEnds {

    private static final long BUFFER_BYTES = 8192;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** Name of the device; empty for the first one. */
    @Param("")
    public String device;

    private final BusyWait wait = new BusyWait(LIMIT);
    private EndpointPair ends;

    /** For JMH. */
    public ConnectedEnds() {
    }

    /**
     * Opens and connects both ends.
     *
     * <p>It does so twice. JMH attributes the teardown to the last iteration, where classes that are loaded for the
     * first time would be taken for allocation by the operations.
     */
    @Setup(Level.Trial)
    public void connect() {
        ends = new EndpointPair(device, BUFFER_BYTES);
        ends.close();
        ends = new EndpointPair(device, BUFFER_BYTES);
    }

    /** Closes both ends. */
    @TearDown(Level.Trial)
    public void close() {
        ends.close();
    }

    final Endpoint near() {
        return ends.near();
    }

    final Endpoint far() {
        return ends.far();
    }

    /** Polls continuously until one completion is there, and requires that its operation succeeded. */
    final void awaitCompletion(final CompletionQueue queue) {
        wait.awaitCompletion(queue);
    }

    /** Polls continuously until at least one completion is there. */
    final void awaitCompletions(final CompletionQueue queue, final WorkCompletions taken) {
        if (wait.poll(queue, taken) == 0) {
            throw new OperationException("no completion on " + queue + " within " + LIMIT);
        }
    }
}
