// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.internal.memory.BootStatusVariable;
import dev.ffmverbs.ccm.internal.memory.BootStatusView;
import dev.ffmverbs.ccm.internal.memory.RecordCondition;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.BootPhase;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StatusPublisherTest {

    private static final long INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(5);

    private final MemorySegment memory =
        Arena.ofAuto().allocate(BootStatusVariable.LENGTH_BYTES, BootStatusVariable.LENGTH_BYTES);
    private final CapturedLog log = new CapturedLog();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final StatusPublisher publisher =
        new StatusPublisher(new BootStatusVariable(memory, BootId.random(), 1), INTERVAL_NS, "A", log);
    private volatile long lastTurnNs = System.nanoTime();
    private volatile boolean loopTurns = true;
    private volatile String ailmentOfOthers;
    private volatile int failures;

    @AfterEach
    void stop() {
        gate.countDown();
        publisher.stop();
    }

    private long lastTurnNs() {
        if (failures > 0) {
            failures--;
            throw new StackOverflowError("injected");
        }
        return lastTurnNs;
    }

    private void start() {
        publisher.start(this::lastTurnNs, () -> lastTurnNs = loopTurns ? System.nanoTime() : lastTurnNs,
            () -> ailmentOfOthers);
    }

    private BootStatusView view() {
        final BootStatusView view = new BootStatusView(memory);
        while (view.examine() != RecordCondition.VALID) {
            Thread.onSpinWait();
        }
        return view;
    }

    private static void await(final String what, final BooleanSupplier condition) throws InterruptedException {
        final long startNs = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(30), what);
            Thread.sleep(1);
        }
    }

    private void awaitBeats() throws InterruptedException {
        final long before = view().heartbeat();
        await("no beats", () -> view().heartbeat() - before >= 20);
    }

    /** Waits until the counter stands still for longer than a turn may take. */
    private void awaitStandstill() throws InterruptedException {
        final long startNs = System.nanoTime();
        long counter = view().heartbeat();
        long sinceNs = System.nanoTime();
        while (System.nanoTime() - sinceNs < TimeUnit.MILLISECONDS.toNanos(500)) {
            assertTrue(System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(30), "it never stops beating");
            if (view().heartbeat() != counter) {
                counter = view().heartbeat();
                sinceNs = System.nanoTime();
            }
            Thread.sleep(1);
        }
    }

    @Test
    void beatsWhileALoopThatHasNothingToDoTurnsWhenWoken() throws InterruptedException {
        start();
        awaitBeats();
        Thread.sleep(300);
        awaitBeats();
    }

    @Test
    void withholdsItsBeatsWhileTheLoopDoesNotTurn() throws InterruptedException {
        start();
        awaitBeats();
        loopTurns = false;
        awaitStandstill();
        await("it says why", () -> "its session loop does not turn".equals(publisher.ailment()));
        loopTurns = true;
        awaitBeats();
    }

    @Test
    void withholdsItsBeatsWhileAnotherThreadOfTheNodeDoesNoWorkAndSaysWhich() throws InterruptedException {
        start();
        awaitBeats();
        assertNull(publisher.ailment());
        ailmentOfOthers = "its thread has ended";
        awaitStandstill();
        await("it says why", () -> "its thread has ended".equals(publisher.ailment()));
        ailmentOfOthers = null;
        awaitBeats();
        assertNull(publisher.ailment());
    }

    @Test
    void beatsAndJudgesWhileTheLogBlocks() throws InterruptedException {
        log.gate = gate;
        start();
        ailmentOfOthers = "its thread has ended";
        await("it says why", () -> "its thread has ended".equals(publisher.ailment()));
        ailmentOfOthers = null;
        awaitBeats();
        gate.countDown();
        await("it logs both", () -> log.messages.size() == 2);
        assertTrue(log.messages.getLast().startsWith("node A is healthy again"), log.messages.toString());
    }

    @Test
    void survivesErrors() throws InterruptedException {
        start();
        awaitBeats();
        failures = 50;
        await("errors", () -> failures == 0);
        awaitBeats();
    }

    @Test
    void publishesAPhaseWhetherItBeatsOrNot() throws InterruptedException {
        start();
        loopTurns = false;
        awaitStandstill();
        final long counter = view().heartbeat();
        publisher.phase(BootPhase.ACTIVE);
        assertEquals(BootPhase.ACTIVE, view().bootPhase());
        assertEquals(counter, view().heartbeat(), "a phase is no heartbeat");
        publisher.stop();
        publisher.phase(BootPhase.LEAVING);
        assertEquals(BootPhase.LEAVING, view().bootPhase());
    }
}
