// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.jextract.ffm_verbs_h;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Races the thread that posts to a {@link SendQueue} with the thread that holds the dispatch lock. */
public final class SendQueueStress {

    private SendQueueStress() {
    }

    private static boolean tryPost(final SendQueue queue, final long workRequestId) {
        final long slot = queue.claim();
        if (slot == SendQueue.FULL) {
            return false;
        }
        queue.request(slot, workRequestId, ffm_verbs_h.IBV_WR_RDMA_WRITE(), 0, 0);
        queue.remote(slot, workRequestId, (int) workRequestId);
        return queue.publish(slot);
    }

    /** A visible request is completely visible. */
    @JCStressTest
    @Outcome(id = {"0, 0", "7, 7"}, expect = Expect.ACCEPTABLE, desc = "not visible yet, or complete")
    @Outcome(expect = Expect.FORBIDDEN, desc = "part of a request")
    @State
    public static class PostAgainstTransmit {

        private final SendQueue queue = new SendQueue(new HeapArena(), 1, 1, 0);

        @Actor
        public void post() {
            tryPost(queue, 7);
        }

        @Actor
        public void transmit(final II_Result result) {
            if (queue.postedCount() == 1) {
                final long slot = queue.offset(0);
                result.r1 = (int) queue.workRequestId(slot);
                result.r2 = queue.rkey(slot);
            }
        }
    }

    /** A slot is not refilled while its request is being read. */
    @JCStressTest
    @Outcome(id = {"1, 0", "1, 1"}, expect = Expect.ACCEPTABLE, desc = "read as posted; the slot was reused or not")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the slot was reused while it was being read")
    @State
    public static class RetireAgainstPost {

        private final SendQueue queue = new SendQueue(new HeapArena(), 1, 1, 0);

        public RetireAgainstPost() {
            tryPost(queue, 1);
        }

        @Actor
        public void complete(final II_Result result) {
            result.r1 = (int) queue.workRequestId(queue.offset(0));
            queue.retire(1);
        }

        @Actor
        public void postAgain(final II_Result result) {
            result.r2 = tryPost(queue, 2) ? 1 : 0;
        }
    }
}
