// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.benchmarks.binding.BindingSession;
import java.lang.reflect.Proxy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CompletionsTest {

    private final AtomicInteger sends = new AtomicInteger();
    private final AtomicInteger receives = new AtomicInteger();

    /** A session whose completions a test sets. */
    private final BindingSession session = (BindingSession) Proxy.newProxyInstance(
        BindingSession.class.getClassLoader(), new Class<?>[] {BindingSession.class},
        (proxy, method, arguments) -> switch (method.getName()) {
            case "poll" -> sends.getAndSet(0);
            case "pollReceives" -> receives.getAndSet(0);
            case "hasLastPollSucceeded" -> true;
            default -> throw new UnsupportedOperationException(method.toString());
        });
    private final Completions completions = new Completions(session);

    @Test
    void aLateCompletionIsNotCountedForALaterOperation() {
        sends.set(1);
        assertEquals(1, completions.take(2), "one of two is given up");

        sends.set(3);

        assertEquals(2, completions.take(2), "the first of three belongs to the operation that was given up");
    }

    @Test
    void lateReceivesAreTheirOwnOperationsToo() {
        assertEquals(0, completions.takeReceives(1));

        receives.set(2);

        assertEquals(1, completions.takeReceives(1));
    }

    @Test
    void aWaitBeginsWhenItsOperationDoes() {
        assertEquals(0, completions.take(1));
        final long startNs = System.nanoTime();

        assertEquals(0, completions.take(1));

        assertTrue(System.nanoTime() - startNs >= TimeUnit.SECONDS.toNanos(1), "the second wait was cut short");
    }
}
