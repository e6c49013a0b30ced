// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** Races threads that add to {@link PostedQueuePairs} with the thread that takes from it. */
public final class PostedQueuePairsStress {

    private static final int NOT_TAKEN = -1;

    private PostedQueuePairsStress() {
    }

    /** A connection with a counter of posts. It publishes and reads the counter as a send queue does. */
    private static class Posting {

        private static final VarHandle POSTS;

        static {
            try {
                POSTS = MethodHandles.lookup().findVarHandle(Posting.class, "posts", int.class);
            } catch (final ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        private final PortQueuePair connection = new PortQueuePair(null, null);
        private int posts;

        void post(final PostedQueuePairs posted) {
            POSTS.setRelease(this, posts + 1);
            posted.add(connection);
        }

        int posts() {
            return (int) POSTS.getAcquire(this);
        }
    }

    /** The thread that takes the queue pair sees every post. Its last look sees the last post. */
    @JCStressTest
    @Outcome(id = {"-1, 2", "1, 2", "2, 2"}, expect = Expect.ACCEPTABLE, desc = "the last post was seen")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a post was lost, or taken without being seen")
    @State
    public static class TwoPostsAgainstTake {

        private final PostedQueuePairs posted = new PostedQueuePairs();
        private final ReadyQueuePairs ready = new ReadyQueuePairs();
        private final Posting posting = new Posting();

        private int take() {
            posted.moveTo(ready);
            return ready.poll() == null ? NOT_TAKEN : posting.posts();
        }

        @Actor
        public void post() {
            posting.post(posted);
            posting.post(posted);
        }

        @Actor
        public void take(final II_Result result) {
            result.r1 = take();
        }

        @Arbiter
        public void end(final II_Result result) {
            final int last = take();
            result.r2 = last == NOT_TAKEN ? result.r1 : last;
        }
    }

    /** Two threads can add connections at once, and both are listed. */
    @JCStressTest
    @Outcome(id = "2", expect = Expect.ACCEPTABLE, desc = "both are listed")
    @Outcome(expect = Expect.FORBIDDEN, desc = "one was lost")
    @State
    public static class TwoConnections {

        private final PostedQueuePairs posted = new PostedQueuePairs();
        private final Posting one = new Posting();
        private final Posting other = new Posting();

        @Actor
        public void postOne() {
            one.post(posted);
        }

        @Actor
        public void postOther() {
            other.post(posted);
        }

        @Arbiter
        public void end(final I_Result result) {
            result.r1 = takeAll(posted, new ReadyQueuePairs());
        }
    }

    private static int takeAll(final PostedQueuePairs posted, final ReadyQueuePairs ready) {
        posted.moveTo(ready);
        int taken = 0;
        while (ready.poll() != null) {
            taken++;
        }
        return taken;
    }

    /** Two threads add connections while a third takes. Each connection is taken once. Needs three processors. */
    @JCStressTest
    @Outcome(id = {"0, 2", "1, 1", "2, 0"}, expect = Expect.ACCEPTABLE, desc = "both were taken")
    @Outcome(expect = Expect.FORBIDDEN, desc = "one was lost, or taken twice")
    @State
    public static class TwoConnectionsAgainstTake {

        private final PostedQueuePairs posted = new PostedQueuePairs();
        private final ReadyQueuePairs ready = new ReadyQueuePairs();
        private final Posting one = new Posting();
        private final Posting other = new Posting();

        @Actor
        public void postOne() {
            one.post(posted);
        }

        @Actor
        public void postOther() {
            other.post(posted);
        }

        @Actor
        public void take(final II_Result result) {
            result.r1 = takeAll(posted, ready);
        }

        @Arbiter
        public void end(final II_Result result) {
            result.r2 = takeAll(posted, ready);
        }
    }
}
