// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Requests and completions that threads hand to each other, and that outlive the queues and the memory they were used
 * with. Two of each belong to all threads at once, which is not allowed: any exception may follow, but no crash.
 */
final class FuzzFlyweights {

    private static final int COUNT = 3;
    private static final int ELEMENTS = 4;
    private static final int INLINE_BYTES = 64;
    private static final int CAPACITY = 8;

    /** Flyweights of which a thread has one for itself while it uses it. */
    private final BlockingQueue<SendRequest> sends = new ArrayBlockingQueue<>(COUNT);
    private final BlockingQueue<ReceiveRequest> receives = new ArrayBlockingQueue<>(COUNT);
    private final BlockingQueue<WorkCompletions> completions = new ArrayBlockingQueue<>(COUNT);

    private final SendRequest commonSend = SendRequest.allocate(ELEMENTS, INLINE_BYTES);
    private final ReceiveRequest commonReceive = ReceiveRequest.allocate(ELEMENTS);
    private final WorkCompletions commonCompletions = WorkCompletions.allocate(CAPACITY);

    FuzzFlyweights() {
        for (int i = 0; i < COUNT; i++) {
            sends.add(SendRequest.allocate(ELEMENTS, INLINE_BYTES));
            receives.add(ReceiveRequest.allocate(ELEMENTS));
            completions.add(WorkCompletions.allocate(CAPACITY));
        }
    }

    /** Makes a random call with a flyweight, as it was left by an earlier call or changed. */
    void use(final FuzzObjects objects, final FuzzRequests requests, final Random random) {
        switch (random.nextInt(4)) {
            case 0 -> lend(sends, send -> post(send, objects, requests, random));
            case 1 -> lend(receives, receive -> post(receive, objects, requests, random));
            case 2 -> lend(completions, taken -> poll(taken, objects, random));
            default -> useCommon(objects, requests, random);
        }
    }

    /** A call with a flyweight. */
    private interface Use<T> {
        void of(T flyweight);
    }

    private static <T> void lend(final BlockingQueue<T> lent, final Use<T> use) {
        final T flyweight = lent.poll();
        if (flyweight != null) {
            try {
                use.of(flyweight);
            } finally {
                lent.add(flyweight);
            }
        }
    }

    private void useCommon(final FuzzObjects objects, final FuzzRequests requests, final Random random) {
        try {
            switch (random.nextInt(3)) {
                case 0 -> post(commonSend, objects, requests, random);
                case 1 -> post(commonReceive, objects, requests, random);
                default -> poll(commonCompletions, objects, random);
            }
        } catch (final RuntimeException ofTheRace) {
            return;
        }
    }

    private static void post(
        final SendRequest request, final FuzzObjects objects, final FuzzRequests requests, final Random random) {
        if (random.nextInt(3) == 0) {
            requests.fill(request);
        }
        request.toString();
        FuzzCaller.present(objects.queuePairs.any(random)).postSend(request);
    }

    private static void post(
        final ReceiveRequest request, final FuzzObjects objects, final FuzzRequests requests, final Random random) {
        if (random.nextInt(3) == 0) {
            requests.fill(request);
        }
        request.toString();
        if (random.nextBoolean()) {
            FuzzCaller.present(objects.queuePairs.any(random)).postReceive(request);
        } else {
            FuzzCaller.present(objects.sharedQueues.any(random)).postReceive(request);
        }
    }

    /** Polls a queue, or reads what an earlier poll took, whose queue may be closed. */
    private static void poll(final WorkCompletions completions, final FuzzObjects objects, final Random random) {
        if (random.nextBoolean()) {
            FuzzCaller.present(objects.queues.any(random)).poll(completions);
        }
        completions.toString();
        final int index = random.nextInt(completions.capacity() + 1) - 1;
        switch (random.nextInt(5)) {
            case 0 -> completions.status(index);
            case 1 -> completions.opcode(index);
            case 2 -> completions.byteLength(index);
            case 3 -> completions.immediateData(index);
            default -> completions.workRequestId(index);
        }
    }
}
