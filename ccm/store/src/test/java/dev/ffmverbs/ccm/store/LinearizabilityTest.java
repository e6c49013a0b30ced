// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.ffmverbs.ccm.store.Operation.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LinearizabilityTest {

    private static Operation get(final String value, final long startNs, final long endNs) {
        return new Operation(Kind.GET, "k", value, null, false, startNs, endNs);
    }

    private static Operation put(final String value, final long startNs, final long endNs) {
        return new Operation(Kind.PUT, "k", value, null, false, startNs, endNs);
    }

    private static Operation swap(
        final String expected, final String value, final boolean positive, final long startNs, final long endNs) {
        return new Operation(Kind.COMPARE_AND_SET, "k", value, expected, positive, startNs, endNs);
    }

    private static void accepts(final Operation... history) {
        assertEquals(List.of(), Linearizability.judge(List.of(history)));
    }

    private static void rejects(final Operation... history) {
        assertNotEquals(List.of(), Linearizability.judge(List.of(history)));
    }

    @Test
    void anOldValueMayBeReadWhileANewOneIsBeingWrittenAndNotAfterwards() {
        accepts(put("a", 0, 1), put("b", 2, 9), get("a", 3, 4), get("b", 5, 6), get("b", 10, 11));
        rejects(put("a", 0, 1), put("b", 2, 3), get("a", 4, 5));
        rejects(put("a", 0, 1), put("b", 2, 9), get("b", 3, 4), get("a", 5, 6));
    }

    @Test
    void aValueThatNobodyHasWrittenIsNotRead() {
        accepts(get(null, 0, 1));
        rejects(get("a", 0, 1), put("a", 2, 3));
        rejects(put("a", 0, 1), get(null, 2, 3));
    }

    @Test
    void aWriteInDoubtTakesEffectLaterOrNeverAndNotTwice() {
        accepts(put("a", 0, 1), put("b", 2, Operation.NEVER), get("a", 4, 5), get("b", 100, 101));
        accepts(put("a", 0, 1), put("b", 2, Operation.NEVER), get("a", 4, 5), get("a", 100, 101));
        rejects(put("a", 0, 1), put("b", 2, Operation.NEVER), get("b", 4, 5), get("a", 6, 7), get("b", 8, 9));
        rejects(get("b", 0, 1), put("b", 2, Operation.NEVER));
    }

    @Test
    void ofTwoThatExpectTheSameValueOneSetsIt() {
        accepts(swap(null, "a", true, 0, 5), swap(null, "b", false, 0, 5), get("a", 6, 7));
        rejects(swap(null, "a", true, 0, 5), swap(null, "b", true, 0, 5));
        rejects(swap(null, "a", false, 0, 5), get(null, 6, 7));
        accepts(swap(null, "a", true, 0, 5), swap("a", "b", true, 0, 5),
            new Operation(Kind.DELETE, "k", null, null, false, 6, 7), get(null, 8, 9));
    }

    @Test
    void keysAreIndependent() {
        final Operation other = new Operation(Kind.PUT, "other", "b", null, false, 2, 3);
        accepts(put("a", 0, 1), other, get("a", 4, 5));
    }

    /** A register that several clients use at random is accepted; with one value read too late it is not. */
    @Test
    void longHistoriesOfARegisterAreAcceptedAndOneStaleReadIsFound() {
        final Random random = new Random(20261130);
        final List<Operation> history = new ArrayList<>();
        String value = null;
        String former = null;
        for (int i = 0; i < 2_000; i++) {
            final long atNs = 10L * i;
            final long startNs = atNs - random.nextInt(25);
            final long endNs = atNs + 1 + random.nextInt(25);
            if (random.nextInt(3) == 0) {
                former = value;
                value = "v" + i;
                history.add(put(value, startNs, random.nextInt(100) == 0 ? Operation.NEVER : endNs));
            } else {
                history.add(get(value, startNs, endNs));
            }
        }
        assertEquals(List.of(), Linearizability.judge(history));
        history.add(put("last", 30_000, 30_001));
        history.add(get(former, 30_002, 30_003));
        assertNotEquals(List.of(), Linearizability.judge(history));
    }
}
