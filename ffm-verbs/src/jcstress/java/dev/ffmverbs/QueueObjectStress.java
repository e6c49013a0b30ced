// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.ibverbs.KernelBarrier;
import dev.ffmverbs.spi.NativeObject;
import dev.ffmverbs.spi.ProcessBarrier;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** Races noted calls, {@code close} and confinement of a {@link QueueObject}, with the kernel's barrier. */
public final class QueueObjectStress {

    private static final int REFUSED = -1;
    private static final ProcessBarrier BARRIER = KernelBarrier.available().orElseThrow();

    private QueueObjectStress() {
    }

    /** Records that it was freed. The only memory ordering is the object's. */
    private static final class Freeable extends QueueObject {

        private int freed;

        Freeable() {
            super((Device) null, BARRIER);
        }

        @Override
        NativeObject operations() {
            return null;
        }

        @Override
        void free() {
            freed = 1;
        }

        /** Returns what a call sees, or {@code REFUSED}. */
        int call() {
            final CallSlot slot;
            try {
                slot = enterCall();
            } catch (final IllegalStateException closed) {
                return REFUSED;
            }
            final int seen = freed;
            leave(slot);
            return seen;
        }
    }

    /** An admitted call never sees a freed object, whether it is the thread's first call or the thread has a slot. */
    @JCStressTest
    @Outcome(id = {"0, 0", "0, -1", "-1, -1"}, expect = Expect.ACCEPTABLE, desc = "calls before the close, then none")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a call saw the freed object, or was admitted after a refused one")
    @State
    public static class CallsAgainstClose {

        private final Freeable object = new Freeable();

        @Actor
        public void call(final II_Result result) {
            result.r1 = object.call();
            result.r2 = object.call();
        }

        @Actor
        public void close() {
            object.close();
        }
    }

    /** A thread that confines an object and a noted call of another thread exclude each other. */
    @JCStressTest
    @Outcome(id = "1, 1, 3", expect = Expect.ACCEPTABLE, desc = "both calls ended before the object was confined")
    @Outcome(id = "1, -1, 2", expect = Expect.ACCEPTABLE, desc = "the second call was refused")
    @Outcome(id = "-1, -1, 1", expect = Expect.ACCEPTABLE, desc = "both calls were refused: another thread's object")
    @Outcome(expect = Expect.FORBIDDEN, desc = "two threads entered at once, or none")
    @State
    public static class CallsAgainstConfine {

        private final Freeable object = new Freeable();
        private int inside;

        @Actor
        public void call(final III_Result result) {
            result.r1 = callOnce();
            result.r2 = callOnce();
        }

        private int callOnce() {
            final CallSlot slot;
            try {
                slot = object.enterCall();
            } catch (final WrongThreadException confined) {
                return REFUSED;
            }
            inside++;
            object.leave(slot);
            return 1;
        }

        @Actor
        public void confine() {
            object.confineToCurrentThread();
            inside++;
        }

        @Arbiter
        public void end(final III_Result result) {
            result.r3 = inside;
        }
    }
}
