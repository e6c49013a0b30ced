// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ffmverbs.SendRequest;
import dev.ffmverbs.WorkCompletionStatus;
import dev.ffmverbs.WorkCompletions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Objects are created, connected and closed while more threads post and poll than the machine has processors. */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClosingBesidePostsTest {

    private static final int CONNECTIONS = 20;
    private static final int DEPTH = 32;
    private static final long LIMIT_S = 60;

    private final AtomicBoolean over = new AtomicBoolean();

    private void postAndPoll(final SoftEndpoint from, final SoftEndpoint to) {
        final SendRequest read = SendRequest.allocate(1).signal(true).localMemory(from.memory, 0, 8)
            .read(to.memory.iova(), to.memory.rkey());
        final WorkCompletions completions = WorkCompletions.allocate(DEPTH);
        int outstanding = 0;
        while (!over.get() || outstanding > 0) {
            while (!over.get() && outstanding < DEPTH && from.queuePair.postSend(read) == 1) {
                outstanding++;
            }
            final int count = from.queue.poll(completions);
            for (int i = 0; i < count; i++) {
                assertEquals(WorkCompletionStatus.SUCCESS, completions.status(i));
            }
            outstanding -= count;
        }
    }

    @Test
    void everythingIsClosedInTheEndAndEveryRequestIsSent() throws Exception {
        final List<SoftEndpoint> ends = new ArrayList<>();
        final List<CompletableFuture<Void>> posters = new ArrayList<>();
        try {
            for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
                final SoftEndpoint from = new SoftEndpoint(SoftDevices.LEFT);
                final SoftEndpoint to = new SoftEndpoint(SoftDevices.RIGHT);
                ends.addAll(List.of(from, to));
                from.connect(to);
                to.connect(from);
                posters.add(CompletableFuture.runAsync(() -> postAndPoll(from, to), task -> new Thread(task).start()));
            }
            for (int i = 0; i < CONNECTIONS; i++) {
                try (SoftEndpoint from = new SoftEndpoint(SoftDevices.LEFT);
                     SoftEndpoint to = new SoftEndpoint(SoftDevices.RIGHT)) {
                    from.connect(to);
                    to.connect(from);
                }
            }
            over.set(true);
            for (final CompletableFuture<Void> poster : posters) {
                poster.get(LIMIT_S, TimeUnit.SECONDS);
            }
        } finally {
            over.set(true);
            CompletableFuture.allOf(posters.toArray(CompletableFuture[]::new)).handle((nothing, failure) -> failure)
                .get(LIMIT_S, TimeUnit.SECONDS);
            ends.forEach(SoftEndpoint::close);
        }
    }
}
