// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.natives;

import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.Context;
import dev.ffmverbs.Gid;
import dev.ffmverbs.PathMtu;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairAttributes;
import dev.ffmverbs.QueuePairConfiguration;
import dev.ffmverbs.QueuePairState;
import dev.ffmverbs.ReceiveRequest;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.WorkCompletions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Posts and polls in several platform and virtual threads while another thread closes their queues. The threads share
 * requests and completions, which programs must not do.
 */
final class ClosingStorm {

    private static final int PLATFORM_THREADS = 3;
    private static final int VIRTUAL_THREADS = 2;
    private static final int LONGEST_LIFE_NS = 100_000;

    private record Queues(CompletionQueue completions, QueuePair queuePair) {
    }

    private final LongAdder calls = new LongAdder();
    private final LongAdder refusals = new LongAdder();
    private final SendRequest send = SendRequest.allocate(0).write(0, 0).signal(false);
    private final ReceiveRequest receive = ReceiveRequest.allocate(0);
    private final WorkCompletions completions = WorkCompletions.allocate(4);
    private volatile Queues present;
    private volatile boolean ended;
    private volatile Throwable failure;

    /**
     * Runs the storm and prints what it did.
     *
     * @param arguments how long it lasts, in seconds, and the seed.
     * @throws InterruptedException if the main thread is interrupted.
     */
    public static void main(final String[] arguments) throws InterruptedException {
        final long durationNs = TimeUnit.SECONDS.toNanos(Long.parseLong(arguments[0]));
        new ClosingStorm().run(durationNs, new Random(Long.parseLong(arguments[1])));
    }

    private void run(final long durationNs, final Random random) throws InterruptedException {
        long closed = 0;
        try (Context context = Verbs.open("stub0"); ProtectionDomain domain = context.allocateProtectionDomain()) {
            present = open(context, domain);
            final List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < PLATFORM_THREADS + VIRTUAL_THREADS; i++) {
                threads.add((i < PLATFORM_THREADS ? Thread.ofPlatform() : Thread.ofVirtual()).start(this::call));
            }
            final long startNs = System.nanoTime();
            while (System.nanoTime() - startNs < durationNs && failure == null) {
                await(random.nextInt(LONGEST_LIFE_NS));
                final Queues former = present;
                if (random.nextInt(4) == 0) {
                    former.queuePair.confine();
                    former.completions.confine();
                }
                former.queuePair.close();
                former.completions.close();
                closed++;
                present = open(context, domain);
            }
            ended = true;
            for (final Thread thread : threads) {
                thread.join();
            }
            present.queuePair.close();
            present.completions.close();
        }
        if (failure != null) {
            throw new AssertionError("after " + closed + " queue pairs", failure);
        }
        System.out.println("closed " + closed + ", calls " + calls + ", refusals " + refusals);
    }

    private static void await(final int durationNs) {
        final long startNs = System.nanoTime();
        while (System.nanoTime() - startNs < durationNs) {
            Thread.onSpinWait();
        }
    }

    private static Queues open(final Context context, final ProtectionDomain domain) {
        final CompletionQueue queue = context.createCompletionQueue(16);
        final QueuePair queuePair = domain.createQueuePair(QueuePairConfiguration.reliableConnection(queue));
        queuePair.modify(new QueuePairAttributes().state(QueuePairState.INIT).port(1).partitionKeyIndex(0).access());
        queuePair.modify(new QueuePairAttributes().state(QueuePairState.READY_TO_RECEIVE).pathMtu(PathMtu.MTU_1024)
            .destination(new Gid(0, 1), 0, 1).destinationQueuePair(1).receivePacketSequenceNumber(0)
            .maximumIncomingReads(1).minimumRnrTimer(12));
        queuePair.modify(new QueuePairAttributes().state(QueuePairState.READY_TO_SEND).sendPacketSequenceNumber(0)
            .timeout(14).retryCount(6).rnrRetryCount(6).maximumOutgoingReads(1));
        return new Queues(queue, queuePair);
    }

    private void call() {
        long made = 0;
        long refused = 0;
        try {
            while (!ended) {
                final Queues queues = present;
                try {
                    queues.queuePair.postSend(send);
                    queues.completions.poll(completions);
                    queues.queuePair.postReceive(receive);
                    made++;
                } catch (final IllegalStateException | WrongThreadException closed) {
                    refused++;
                }
                if (made % 1000 == 0) {
                    Thread.yield();
                }
            }
        } catch (final Throwable e) {
            failure = e;
        }
        calls.add(made);
        refusals.add(refused);
    }
}
