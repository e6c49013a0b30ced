// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides whether a history is linearizable, by the algorithm of Wing and Gong with Lowe's memory of what was tried.
 *
 * <p>Keys are independent, and a history is linearizable if the part of each key is. An operation in doubt may take
 * effect at any time after its beginning, or never.
 */
final class Linearizability {

    /** More than any history of the tests needs. What needs more is reported as undecided, not as correct. */
    private static final int MOST_STEPS = 20_000_000;

    private record Position(BitSet done, String state) {
    }

    private final List<Operation> operations;
    private final BitSet done = new BitSet();
    private final Set<Position> tried = new HashSet<>();
    private final List<Integer> chosen = new ArrayList<>();
    private final List<String> states = new ArrayList<>();
    private int longest;
    private String longestState;

    private Linearizability(final List<Operation> operations) {
        this.operations = operations.stream().sorted(Comparator.comparingLong(Operation::startNs)).toList();
    }

    /**
     * Judges a history of all keys, each of which has no value at first.
     *
     * @return what is wrong; empty if it is linearizable.
     */
    static List<String> judge(final List<Operation> history) {
        final Map<String, List<Operation>> keys =
            history.stream().collect(Collectors.groupingBy(Operation::key));
        final List<String> wrong = new ArrayList<>();
        keys.forEach((key, operations) -> {
            final String flaw = new Linearizability(operations).findFlaw();
            if (flaw != null) {
                wrong.add("key " + key + ": " + flaw);
            }
        });
        return wrong;
    }

    /** Tries orders, deepest first. Returns null if one is possible. */
    private String findFlaw() {
        int next = 0;
        String state = null;
        for (int steps = 0; steps < MOST_STEPS; steps++) {
            if (isComplete()) {
                return null;
            }
            final int found = findNext(next, state);
            if (found >= 0) {
                chosen.add(found);
                states.add(state);
                done.set(found);
                state = operations.get(found).apply(state);
                noteProgress(state);
                next = 0;
            } else if (chosen.isEmpty()) {
                return describe();
            } else {
                next = chosen.removeLast();
                state = states.removeLast();
                done.clear(next);
                next++;
            }
        }
        return "undecided after " + MOST_STEPS + " steps";
    }

    private boolean isComplete() {
        for (int i = done.nextClearBit(0); i < operations.size(); i = done.nextClearBit(i + 1)) {
            if (!operations.get(i).isInDoubt()) {
                return false;
            }
        }
        return true;
    }

    /** Returns an operation from an index on that may come next and was not tried at this position; -1 if none. */
    private int findNext(final int from, final String state) {
        final long firstEndNs = firstEndNs();
        for (int i = done.nextClearBit(from); i < operations.size(); i = done.nextClearBit(i + 1)) {
            final Operation operation = operations.get(i);
            if (operation.startNs() > firstEndNs) {
                return -1;
            }
            if (operation.isPossibleAt(state)) {
                final BitSet after = (BitSet) done.clone();
                after.set(i);
                if (tried.add(new Position(after, operation.apply(state)))) {
                    return i;
                }
            }
        }
        return -1;
    }

    /** What begins after another operation has ended cannot come before it. */
    private long firstEndNs() {
        long firstNs = Operation.NEVER;
        for (int i = done.nextClearBit(0); i < operations.size(); i = done.nextClearBit(i + 1)) {
            if (operations.get(i).startNs() > firstNs) {
                break;
            }
            firstNs = Math.min(firstNs, operations.get(i).endNs());
        }
        return firstNs;
    }

    private void noteProgress(final String state) {
        if (chosen.size() > longest) {
            longest = chosen.size();
            longestState = state;
        }
    }

    private String describe() {
        return "no order explains " + operations.size() + " operations; the longest order has " + longest
            + ", and the value is then " + longestState + ": " + operations;
    }
}
