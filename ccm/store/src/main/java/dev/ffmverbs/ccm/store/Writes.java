// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import dev.ffmverbs.ccm.store.Reply.Outcome;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Executes the writes of clients one after the other. The table changes, and the client gets its answer, when both
 * nodes hold the entry and this node owned after that.
 *
 * <p>An entry whose partner is lost meanwhile remains in doubt: it may be there or not when the partner is back. No
 * other write begins before that is known, and clients READ the table without it. Used by one thread.
 */
final class Writes {

    /** Writes that wait before those of clients that are gone are looked for. */
    static final int MOST_WAITING = StoreServer.MOST_CLIENTS * ServedClient.DEPTH;

    private record Waiting(Request request, Consumer<Outcome> client, BooleanSupplier isClientGone) {

        boolean isOfNobody() {
            return isClientGone.getAsBoolean();
        }
    }

    private final Tenure tenure;
    private final Journal journal;
    private final Table table;
    private final Queue<Waiting> queue = new ArrayDeque<>();
    private Waiting pending;
    private long sequence;
    private int snapshotItems = -1;

    Writes(final Tenure tenure, final Journal journal, final Table table) {
        this.tenure = tenure;
        this.journal = journal;
        this.table = table;
    }

    /**
     * Takes a request. The client is told what became of it, unless that remains in doubt. If the client is gone before
     * the write begins, it does not begin: clients that connect again and again do not make the queue longer.
     *
     * @param request      the request.
     * @param client       is told.
     * @param isClientGone whether nobody waits for the answer.
     */
    void submit(final Request request, final Consumer<Outcome> client, final BooleanSupplier isClientGone) {
        if (!tenure.isServing()) {
            client.accept(Outcome.NOT_SERVING);
        } else if (!journal.isMirrored()) {
            client.accept(Outcome.NO_PARTNER);
        } else {
            if (queue.size() >= MOST_WAITING) {
                queue.removeIf(Waiting::isOfNobody);
            }
            queue.add(new Waiting(request, client, isClientGone));
        }
    }

    /** Whether {@link #advance} has something to do. */
    boolean isBusy() {
        return pending != null || snapshotItems >= 0 || !queue.isEmpty();
    }

    /** Returns how many writes have not begun. */
    int backlog() {
        return queue.size();
    }

    /** Drops everything when a term ends. Clients that wait learn it from the end of their connections. */
    void drop() {
        queue.clear();
        pending = null;
        snapshotItems = -1;
    }

    /** Goes on as far as possible. */
    void advance() {
        if (pending != null || snapshotItems >= 0) {
            if (!journal.isConfirmed(sequence) || !tenure.isServing()) {
                return;
            }
            finish();
        }
        try {
            while (pending == null && snapshotItems < 0 && !queue.isEmpty()) {
                if (journal.isLong()) {
                    beginSnapshot();
                } else {
                    begin(queue.remove());
                }
            }
        } catch (final IllegalStateException e) {
            // Nothing was appended, and the next look at the tenure drops what waits.
            tenure.requireTermEnded(e);
        }
    }

    private void beginSnapshot() {
        final Map<String, String> items = table.items();
        sequence = journal.appendSnapshot(items);
        snapshotItems = items.size();
    }

    private void begin(final Waiting next) {
        if (next.isOfNobody()) {
            return;
        }
        final Outcome refusal = examine(next.request());
        if (refusal == null) {
            sequence = journal.append(entry(next.request()));
            pending = next;
        } else {
            next.client().accept(tenure.isServing() ? refusal : Outcome.NOT_SERVING);
        }
    }

    /** Returns why a request changes nothing; null if it changes something. */
    private Outcome examine(final Request request) {
        return switch (request.kind()) {
            case COMPARE_AND_SET -> !table.get(request.key()).equals(request.expected()) ? Outcome.OTHER_VALUE
                : table.hasRoomFor(request.key()) ? null : Outcome.FULL;
            case PUT -> table.hasRoomFor(request.key()) ? null : Outcome.FULL;
            case DELETE, PING, STATUS -> null;
        };
    }

    private static Item entry(final Request request) {
        return request.kind() == Request.Kind.DELETE ? Entry.DELETE.item(request.key(), "")
            : Entry.PUT.item(request.key(), request.value());
    }

    /** Takes note that both nodes hold what was appended last. */
    private void finish() {
        tenure.noteConfirmed(sequence);
        if (snapshotItems >= 0) {
            journal.trimBefore(sequence, snapshotItems);
            snapshotItems = -1;
            return;
        }
        final Request request = pending.request();
        if (request.kind() == Request.Kind.DELETE) {
            table.delete(request.key());
        } else {
            table.put(request.key(), request.value());
        }
        pending.client().accept(Outcome.DONE);
        pending = null;
    }
}
