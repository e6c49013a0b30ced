// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.ibverbs.KernelBarrier;
import dev.ffmverbs.spi.ProcessBarrier;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** {@link QueueObject} under races of noted calls, closing and confining, with the kernel's barrier. */
public final class QueueObjectStress {

    private static final int REFUSED = -1;
    private static final ProcessBarrier BARRIER = KernelBarrier.available().orElseThrow();

    private QueueObjectStress() {
    }

    /** An object that shows, without any ordering besides the object's, that it was freed. */
    private static final class Freeable extends QueueObject {

        private int freed;

        Freeable() {
            super((Device) null, BARRIER);
        }

        @Override
        void free() {
            freed = 1;
        }

        /** What a call sees, or that it was refused. */
        int call() {
            final CallSlot slot;
            try {
                slot = beginCall();
            } catch (final IllegalStateException closed) {
                return REFUSED;
            }
            final int seen = freed;
            endCall(slot);
            return seen;
        }
    }

    /** No call that was let in meets a freed object, be it the thread's first or one for which it has a slot. */
    @JCStressTest
    @Outcome(id = {"0, 0", "0, -1", "-1, -1"}, expect = Expect.ACCEPTABLE, desc = "calls before the close, then none")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a call saw the freed object, or came after one that was refused")
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

    /** The thread that an object is confined to and a noted call of another thread exclude each other. */
    @JCStressTest
    @Outcome(id = "1, 1, 3", expect = Expect.ACCEPTABLE, desc = "both calls ended before the object was confined")
    @Outcome(id = "1, -1, 2", expect = Expect.ACCEPTABLE, desc = "the second call was refused")
    @Outcome(id = "-1, -1, 1", expect = Expect.ACCEPTABLE, desc = "both calls were refused: another thread's object")
    @Outcome(expect = Expect.FORBIDDEN, desc = "two threads were in at once, or none")
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
                slot = object.beginCall();
            } catch (final WrongThreadException confined) {
                return REFUSED;
            }
            inside++;
            object.endCall(slot);
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
