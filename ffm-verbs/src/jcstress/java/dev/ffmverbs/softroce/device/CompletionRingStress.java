// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import dev.ffmverbs.jextract.ibv_wc;
import dev.ffmverbs.softroce.transport.HeapArena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** Races the writer of a {@link CompletionRing} with readers that take completions without a lock. */
public final class CompletionRingStress {

    private static final int TORN = -1;

    private CompletionRingStress() {
    }

    private static void add(final CompletionRing ring, final int number) {
        ring.add(number, 0, 0, 0, 0, 0, 0, number, 0);
    }

    /** Takes one completion and returns its number, or 0 if there is none. */
    private static int take(final CompletionRing ring) {
        final MemorySegment target = new HeapArena().allocate(ibv_wc.sizeof(), Long.BYTES);
        if (ring.take(1, target, ibv_wc.sizeof()) != 1) {
            return 0;
        }
        final int number = (int) target.get(ValueLayout.JAVA_LONG, ibv_wc.wr_id$offset());
        return number == target.get(ValueLayout.JAVA_INT, ibv_wc.qp_num$offset()) ? number : TORN;
    }

    /** Two readers never take the same completion. */
    @JCStressTest
    @Outcome(id = {"1, 2, 0", "2, 1, 0"}, expect = Expect.ACCEPTABLE, desc = "each was taken once")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a completion was taken twice, torn or lost")
    @State
    public static class TwoReaders {

        private final CompletionRing ring = new CompletionRing(new HeapArena(), 2, false);

        public TwoReaders() {
            add(ring, 1);
            add(ring, 2);
        }

        @Actor
        public void readOne(final III_Result result) {
            result.r1 = take(ring);
        }

        @Actor
        public void readOther(final III_Result result) {
            result.r2 = take(ring);
        }

        @Arbiter
        public void end(final III_Result result) {
            result.r3 = take(ring);
        }
    }

    /** The writer does not overwrite a completion while a reader copies it. */
    @JCStressTest
    @Outcome(id = {"1, 2", "1, 0"}, expect = Expect.ACCEPTABLE, desc = "complete; the place was reused or not")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a completion was torn, lost or out of order")
    @State
    public static class ReaderAgainstWriter {

        private final CompletionRing ring = new CompletionRing(new HeapArena(), 1, true);

        public ReaderAgainstWriter() {
            add(ring, 1);
        }

        @Actor
        public void read(final II_Result result) {
            result.r1 = take(ring);
        }

        @Actor
        public void write() {
            if (!ring.isFull()) {
                add(ring, 2);
            }
        }

        @Arbiter
        public void end(final II_Result result) {
            result.r2 = take(ring);
        }
    }
}
