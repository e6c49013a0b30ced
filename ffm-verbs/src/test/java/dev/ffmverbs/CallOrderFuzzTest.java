// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Creates, posts, polls, connects, joins, closes and reuses objects in random order. Only documented exceptions and
 * statuses may occur, and everything can be closed at the end.
 *
 * <p>{@code verbs.fuzz.steps} makes the run longer, and {@code verbs.fuzz.seed} changes the seed. On software devices,
 * and on kernel rxe in the lab:
 *
 * <pre>{@code
 * mvn -pl ffm-verbs test -Dtest=CallOrderFuzzTest -Dtest.jvm.arguments=-Dverbs.fuzz.steps=100000
 * SUITE_TIMEOUT=3600 benchmarks/lab/suite -Dverbs.fuzz.steps=100000 dev.ffmverbs.CallOrderFuzzTest
 * }</pre>
 */
@Timeout(value = 1800, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CallOrderFuzzTest {

    private static final int STEPS = Integer.getInteger("verbs.fuzz.steps", 2_000);
    private static final long SEED = Long.getLong("verbs.fuzz.seed", 20_261_122L);
    private static final int THREADS = 4;

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void oneThreadGetsOnlyDocumentedAnswers(final DevicePair devices) {
        run(devices, 1);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void severalThreadsGetOnlyDocumentedAnswers(final DevicePair devices) {
        run(devices, THREADS);
    }

    private static void run(final DevicePair devices, final int threads) {
        devices.require();
        final FuzzObjects objects = new FuzzObjects(devices.left());
        final AtomicReference<Throwable> failure = new AtomicReference<>();
        final List<FuzzCaller> callers = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            callers.add(new FuzzCaller(objects, new Random(SEED + thread)));
        }
        final List<Thread> running = new ArrayList<>();
        for (final FuzzCaller caller : callers) {
            running.add(Thread.ofPlatform().daemon().start(() -> {
                try {
                    for (int step = 0; step < STEPS / threads && failure.get() == null; step++) {
                        caller.step();
                    }
                } catch (final Throwable e) {
                    failure.compareAndSet(null, e);
                }
            }));
        }
        try {
            for (final Thread thread : running) {
                thread.join();
            }
            if (failure.get() == null) {
                assertEquals(List.of(), objects.closeAll(), "all objects can be closed");
            }
        } catch (final Exception | AssertionError e) {
            failure.compareAndSet(null, e);
        }
        if (failure.get() != null) {
            final StringBuilder message = new StringBuilder("failed with -Dverbs.fuzz.seed=" + SEED
                + " -Dverbs.fuzz.steps=" + STEPS + " and " + threads + " threads");
            callers.forEach(caller -> message.append(System.lineSeparator()).append(caller.lastCalls()));
            throw new AssertionError(message.toString(), failure.get());
        }
    }
}
