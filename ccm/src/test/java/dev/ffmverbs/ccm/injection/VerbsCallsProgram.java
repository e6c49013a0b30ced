// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.injection;

import dev.ffmverbs.Access;
import dev.ffmverbs.CompletionChannel;
import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.Context;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairAttributes;
import dev.ffmverbs.QueuePairConfiguration;
import dev.ffmverbs.QueuePairState;
import dev.ffmverbs.ReceiveRequest;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.WorkCompletions;
import java.time.Duration;

/**
 * A program in which verbs fail at every place where they call something: at the first call in the first round, at the
 * second call in the second round, and so on. After each round another thread uses and closes what the failing thread
 * has used, because that thread may hold nothing. The only argument is how many calls in a row fail. The program prints
 * {@code rounds N}, or {@code held} and where it failed before.
 */
public final class VerbsCallsProgram {

    private static final String THREAD = "failing";
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private VerbsCallsProgram() {
    }

    /**
     * Runs it.
     *
     * @param arguments see above.
     * @throws InterruptedException never.
     */
    public static void main(final String[] arguments) throws InterruptedException {
        final int errors = Integer.parseInt(arguments[0]);
        final Context context = Verbs.device("soft0").open();
        final ProtectionDomain domain = context.allocateProtectionDomain();
        final CompletionQueue queue = context.createCompletionQueue(16);
        // Nothing fails in round 0, so that all classes are loaded. A class whose initialisation fails is lost.
        int round = 0;
        boolean fired = true;
        while (fired) {
            final CompletionChannel channel = context.createCompletionChannel();
            final QueuePair queuePair = domain.createQueuePair(QueuePairConfiguration.reliableConnection(queue)
                .withSendRequests(1).withReceiveRequests(1));
            if (round > 0) {
                Injection.arm(THREAD, Injection.Kind.OUT_OF_MEMORY, round, errors);
            }
            final boolean ended = run(THREAD, () -> use(context, queuePair, channel));
            fired = round == 0 || !Injection.place().startsWith("nowhere");
            Injection.disarm();
            if (!ended || !run("checking", () -> useAndClose(context, queuePair, channel))) {
                System.out.println("held after round " + round + ", failed at " + Injection.place());
                Runtime.getRuntime().halt(1);
            }
            round++;
        }
        System.out.println("rounds " + round);
        Runtime.getRuntime().halt(0);
    }

    /** Returns whether it has ended in time, no matter what it has thrown. */
    private static boolean run(final String name, final Runnable action) throws InterruptedException {
        return Thread.ofPlatform().daemon().name(name).start(() -> {
            try {
                action.run();
            } catch (final RuntimeException | Error e) {
                // It was made to fail, or finds something left half done.
                return;
            }
        }).join(LIMIT);
    }

    private static void use(final Context context, final QueuePair queuePair, final CompletionChannel channel) {
        queuePair.modify(new QueuePairAttributes().state(QueuePairState.INIT).port(1).partitionKeyIndex(0)
            .access(Access.REMOTE_READ));
        queuePair.postReceive(ReceiveRequest.allocate(0).workRequestId(1));
        try (CompletionQueue queue = context.createCompletionQueue(1, channel, 0)) {
            queue.requestNotification(false);
            queue.resize(2);
            queue.poll(WorkCompletions.allocate(1));
        }
        channel.await(Duration.ZERO);
        queuePair.modify(new QueuePairAttributes().state(QueuePairState.RESET));
    }

    private static void useAndClose(
        final Context context, final QueuePair queuePair, final CompletionChannel channel) {
        try {
            use(context, queuePair, channel);
        } catch (final RuntimeException e) {
            // The state it was left in may not allow that.
        }
        queuePair.close();
        // Refuses if an unknown queue was left behind, but does not wait.
        channel.close();
    }
}
