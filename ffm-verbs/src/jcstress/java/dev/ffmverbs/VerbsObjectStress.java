// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** Races calls, {@code close} and confinement of a {@link VerbsObject}. */
public final class VerbsObjectStress {

    private static final int REFUSED = -1;

    private VerbsObjectStress() {
    }

    /** Records that it was freed. The only memory ordering is the object's. */
    private static final class Freeable extends VerbsObject {

        private int freed;

        Freeable() {
            super(null, new VerbsObject[0]);
        }

        @Override
        void free() {
            freed = 1;
        }
    }

    /** An admitted call never sees a freed object. */
    @JCStressTest
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "the call ended before the object was freed")
    @Outcome(id = "-1, 1", expect = Expect.ACCEPTABLE, desc = "the call was refused: the object is closed")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the call saw the freed object")
    @State
    public static class CallAgainstClose {

        private final Freeable object = new Freeable();

        @Actor
        public void call(final II_Result result) {
            final boolean counted;
            try {
                counted = object.enter();
            } catch (final IllegalStateException closed) {
                result.r1 = REFUSED;
                return;
            }
            result.r1 = object.freed;
            object.leave(counted);
        }

        @Actor
        public void close() {
            object.close();
        }

        @Arbiter
        public void end(final II_Result result) {
            result.r2 = object.freed;
        }
    }

    /** A thread that confines an object and a counted call of another thread exclude each other. */
    @JCStressTest
    @Outcome(id = "1, 1, 2", expect = Expect.ACCEPTABLE, desc = "the call ended before the object was confined")
    @Outcome(id = "1, -1, 1", expect = Expect.ACCEPTABLE, desc = "the call was refused: another thread's object")
    @Outcome(id = "-1, 1, 1", expect = Expect.ACCEPTABLE, desc = "not confined: a call was in progress")
    @Outcome(expect = Expect.FORBIDDEN, desc = "both threads entered at once, or neither")
    @State
    public static class ConfineAgainstCall {

        private final Freeable object = new Freeable();
        private int inside;

        @Actor
        public void confine(final III_Result result) {
            try {
                object.confineToCurrentThread();
            } catch (final IllegalStateException callInProgress) {
                result.r1 = REFUSED;
                return;
            }
            inside++;
            result.r1 = 1;
        }

        @Actor
        public void call(final III_Result result) {
            final boolean counted;
            try {
                counted = object.enter();
            } catch (final WrongThreadException confined) {
                result.r2 = REFUSED;
                return;
            }
            inside++;
            object.leave(counted);
            result.r2 = 1;
        }

        @Arbiter
        public void end(final III_Result result) {
            result.r3 = inside;
        }
    }

    /** If two threads close at once, one of them frees the object. Both return after that. */
    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "freed once")
    @Outcome(expect = Expect.FORBIDDEN, desc = "freed twice, or not freed when close returned")
    @State
    public static class CloseAgainstClose {

        private static final class Counted extends VerbsObject {

            private int frees;

            Counted() {
                super(null, new VerbsObject[0]);
            }

            @Override
            void free() {
                frees++;
            }
        }

        private final Counted object = new Counted();

        @Actor
        public void first() {
            object.close();
        }

        @Actor
        public void second() {
            object.close();
        }

        @Arbiter
        public void end(final I_Result result) {
            result.r1 = object.frees;
        }
    }
}
