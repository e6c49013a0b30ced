// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.async;

import dev.ffmverbs.Completion;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * A request that has been posted and not completed.
 *
 * @param key           identifier under which it was posted, used once.
 * @param workRequestId identifier that its poster gave it.
 * @param target        queue it was posted to, for messages.
 * @param isOpen        whether that queue is open. Once it is closed, no completion comes.
 * @param future        the future of its poster.
 */
record OutstandingRequest(
    long key, long workRequestId, Object target, BooleanSupplier isOpen, CompletableFuture<Completion> future) {

    /** Returns the completion as its poster sees it, with the identifier that the poster gave. */
    Completion restoreIdentifier(final Completion completion) {
        return new Completion(workRequestId, completion.status(), completion.opcode(), completion.byteLength(),
            completion.immediateData(), completion.queuePairNumber(), completion.vendorError());
    }
}
