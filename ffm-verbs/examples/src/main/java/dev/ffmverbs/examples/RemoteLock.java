// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.examples;

import dev.ffmverbs.Access;
import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.Context;
import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairConfiguration;
import dev.ffmverbs.RemoteMemory;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.WorkCompletions;
import dev.ffmverbs.cm.Connection;
import dev.ffmverbs.cm.ConnectionManager;
import dev.ffmverbs.cm.ConnectionParameters;
import dev.ffmverbs.cm.Listener;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * A lock by COMPARE_AND_SWAP, in memory of a process that runs no code for it. Two other processes take turns to change
 * what the lock protects: a number that they READ, increase and WRITE back.
 *
 * <p>If a process dies with the lock, nobody can take it again. {@code ActiveAndStandby} shows what does better.
 */
public final class RemoteLock {

    private static final int LOCK = 0;
    private static final int NUMBER = 8;
    private static final int ROUNDS = 200;
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private RemoteLock() {
    }

    /**
     * Provides the memory, or uses it if the arguments say where it is.
     *
     * @param arguments a device and an address of it.
     * @throws Exception if anything fails.
     */
    public static void main(final String[] arguments) throws Exception {
        final Arguments own = Arguments.of(arguments);
        if (own.isFirstProcess()) {
            provide(own);
        } else {
            increase(own, Long.parseLong(own.rest().get(1)));
        }
    }

    private static void provide(final Arguments own) throws Exception {
        final Deque<AutoCloseable> accepted = new ConcurrentLinkedDeque<>();
        try (Context context = Verbs.open(own.device());
             ProtectionDomain domain = context.allocateProtectionDomain();
             CompletionQueue queue = context.createCompletionQueue(16);
             MemoryRegion memory = domain.allocate(
                 16, Access.LOCAL_WRITE, Access.REMOTE_READ, Access.REMOTE_WRITE, Access.REMOTE_ATOMIC);
             ConnectionManager manager = ConnectionManager.open(context)) {
            final ConnectionParameters answer =
                ConnectionParameters.defaults().withPrivateData(memory.remoteMemory().toBytes());
            try (Listener listener = manager.listen(own.anyPort(), 2, request -> {
                    final QueuePair queuePair =
                        domain.createQueuePair(QueuePairConfiguration.reliableConnection(queue));
                    accepted.add(queuePair);
                    accepted.addFirst(request.accept(queuePair, answer));
                });
                 OtherProcess first = OtherProcess.start(
                     RemoteLock.class, own, 1, Arguments.text(listener.localAddress()), "1");
                 OtherProcess second = OtherProcess.start(
                     RemoteLock.class, own, 2, Arguments.text(listener.localAddress()), "2")) {
                first.awaitEnd();
                second.awaitEnd();
            }
            System.out.println("the number is " + memory.segment().get(ValueLayout.JAVA_LONG, NUMBER)
                + ", and should be " + 2 * ROUNDS + "; the lock is "
                + memory.segment().get(ValueLayout.JAVA_LONG, LOCK));
            for (final AutoCloseable object : accepted) {
                object.close();
            }
        }
    }

    private static void increase(final Arguments own, final long me) {
        try (Context context = Verbs.open(own.device());
             ProtectionDomain domain = context.allocateProtectionDomain();
             CompletionQueue queue = context.createCompletionQueue(16);
             MemoryRegion local = domain.allocate(8, Access.LOCAL_WRITE);
             QueuePair queuePair = domain.createQueuePair(QueuePairConfiguration.reliableConnection(queue));
             ConnectionManager manager = ConnectionManager.open(context);
             Connection connection = manager.connect(
                 own.anyPort(), own.peer(), queuePair, ConnectionParameters.defaults(), LIMIT)) {
            final RemoteMemory memory = RemoteMemory.ofPrefix(connection.privateData());
            final SendRequest request = SendRequest.allocate(1).localMemory(local, 0, Long.BYTES);
            long attempts = 0;
            for (int round = 0; round < ROUNDS; round++) {
                // 0 is a free lock. The device swaps in this process's number, and tells what was there before.
                do {
                    attempts++;
                    execute(queuePair, request.compareAndSwap(memory, LOCK, 0, me));
                } while (local.segment().get(ValueLayout.JAVA_LONG, 0) != 0);
                execute(queuePair, request.read(memory, NUMBER, Long.BYTES));
                local.segment().set(ValueLayout.JAVA_LONG, 0, local.segment().get(ValueLayout.JAVA_LONG, 0) + 1);
                execute(queuePair, request.write(memory, NUMBER, Long.BYTES));
                // Only the process that has the lock gives it back, so that this always succeeds.
                execute(queuePair, request.compareAndSwap(memory, LOCK, me, 0));
                if (local.segment().get(ValueLayout.JAVA_LONG, 0) != me) {
                    throw new IllegalStateException("somebody else had the lock");
                }
            }
            System.out.println("process " + me + " took the lock " + ROUNDS + " times in " + attempts + " attempts");
        }
    }

    private static void execute(final QueuePair queuePair, final SendRequest request) {
        queuePair.postSend(request);
        final WorkCompletions completions = WorkCompletions.allocate(1);
        if (queuePair.configuration().sendCompletionQueue().await(completions, LIMIT) == 0) {
            throw new IllegalStateException("no answer within " + LIMIT);
        }
        completions.copy(0).requireSuccess();
    }
}
