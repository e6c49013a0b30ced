// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.Context;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.QueuePairAttributes;
import dev.ffmverbs.QueuePairState;
import dev.ffmverbs.ReceiveRequest;
import dev.ffmverbs.Verbs;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Completions reach those they belong to, whatever these throw. */
@Timeout(60)
class DeviceCompletionsTest {

    private static final int RECEIVES = 16;

    /** More than 64 for each. */
    private static final int MOST_ERRORS = 100 * RECEIVES;

    private final List<Long> posted = new ArrayList<>();
    private final List<Long> heard = new ArrayList<>();
    private int failuresLeft;

    /** Posts receives and takes the queue pair to ERROR, which completes them all. */
    private void completeAll(final LinkQueuePair receiver) {
        receiver.queuePair().modify(new QueuePairAttributes().state(QueuePairState.INIT).port(1)
            .partitionKeyIndex(0).access());
        final ReceiveRequest request = ReceiveRequest.allocate(0);
        for (int i = 0; i < RECEIVES; i++) {
            final long workRequestId = receiver.nextWorkRequestId();
            posted.add(workRequestId);
            assertEquals(1, receiver.queuePair().postReceive(request.workRequestId(workRequestId)));
        }
        receiver.queuePair().modify(new QueuePairAttributes().state(QueuePairState.ERROR));
    }

    /** Polls as a loop does that survives everything. */
    private static void pollAll(final DeviceCompletions completions) {
        int errorsInARow = 0;
        while (true) {
            try {
                if (completions.poll() == 0) {
                    return;
                }
                errorsInARow = 0;
            } catch (final OutOfMemoryError e) {
                errorsInARow++;
                assertTrue(errorsInARow <= MOST_ERRORS, "it goes on after a completion that nobody takes");
            }
        }
    }

    private void takeEach(final int failures) {
        try (Context context = Verbs.device("soft0").open();
            DeviceCompletions completions = new DeviceCompletions(context);
            ProtectionDomain domain = context.allocateProtectionDomain();
            LinkQueuePair receiver = completions.create(domain, 1, RECEIVES)) {
            receiver.target((workRequestId, status) -> {
                if (failuresLeft > 0) {
                    failuresLeft--;
                    throw new OutOfMemoryError("injected");
                }
                failuresLeft = failures;
                heard.add(workRequestId);
            });
            failuresLeft = failures;
            completeAll(receiver);
            pollAll(completions);
        }
    }

    @Test
    void everyCompletionOfABatchReachesItsOwnerHoweverOftenThatFails() {
        for (int failures = 0; failures <= 50; failures += 10) {
            takeEach(failures);

            assertEquals(posted, heard, failures + " failures at each");
        }
    }

    @Test
    void anOwnerThatAlwaysFailsDoesNotKeepCompletionsFromOthers() {
        takeEach(Integer.MAX_VALUE);

        assertEquals(List.of(), heard);
    }
}
