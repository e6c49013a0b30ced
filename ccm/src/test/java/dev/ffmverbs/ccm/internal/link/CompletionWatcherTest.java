// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.Context;
import dev.ffmverbs.Verbs;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CompletionWatcherTest {

    @Test
    void continuesAfterAnyFailureAndLetsItsNodeLookForWhatWasLost() throws InterruptedException {
        final CountDownLatch calls = new CountDownLatch(2);
        try (Context context = Verbs.device("soft0").open()) {
            final DeviceCompletions closed = new DeviceCompletions(context);
            closed.close();
            try (CompletionWatcher watcher = new CompletionWatcher(closed, () -> {
                calls.countDown();
                throw new OutOfMemoryError("injected");
            }, "ccm-completions-of-test")) {
                watcher.start();

                assertTrue(calls.await(30, TimeUnit.SECONDS), "its thread lives");
            }
        }
    }
}
