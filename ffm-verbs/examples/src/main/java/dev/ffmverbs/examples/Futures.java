// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.examples;

import dev.ffmverbs.Access;
import dev.ffmverbs.Completion;
import dev.ffmverbs.Context;
import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairAddress;
import dev.ffmverbs.QueuePairConfiguration;
import dev.ffmverbs.RemoteMemory;
import dev.ffmverbs.RequestFailedException;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.async.CompletionFutures;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * A hundred virtual threads, each of which waits for a READ as if it were a method call, and futures that are combined.
 * One thread of the library waits for the completions of all of them.
 */
public final class Futures {

    private static final int THREADS = 100;
    private static final int LIMIT_SECONDS = 20;

    private Futures() {
    }

    /**
     * Connects two queue pairs of this process, and reads from one through the other.
     *
     * @param arguments a device and an address of it.
     * @throws Exception if anything fails.
     */
    public static void main(final String[] arguments) throws Exception {
        final Arguments own = Arguments.of(arguments);
        try (Context context = Verbs.open(own.device());
             ProtectionDomain domain = context.allocateProtectionDomain();
             CompletionFutures futures = CompletionFutures.open(context, THREADS);
             MemoryRegion theirs = domain.allocate(THREADS * 8L, Access.LOCAL_WRITE, Access.REMOTE_READ);
             MemoryRegion ours = domain.allocate(THREADS * 8L, Access.LOCAL_WRITE);
             QueuePair server = domain.createQueuePair(
                 QueuePairConfiguration.reliableConnection(futures.completionQueue()));
             QueuePair client = domain.createQueuePair(
                 QueuePairConfiguration.reliableConnection(futures.completionQueue()).withSendRequests(THREADS))) {
            final QueuePairAddress clientAddress = client.prepare();
            client.connect(server.prepare(Access.REMOTE_READ, Access.REMOTE_WRITE));
            server.connect(clientAddress);
            for (int index = 0; index < THREADS; index++) {
                theirs.segment().setAtIndex(ValueLayout.JAVA_LONG, index, index + 1);
            }

            System.out.println(THREADS + " virtual threads read numbers with the sum "
                + sumInVirtualThreads(futures, client, theirs.remoteMemory(), ours));

            // The same without waiting: what follows a READ is a stage of its future.
            final CompletableFuture<Long> first = readNumber(futures, client, theirs.remoteMemory(), ours, 0);
            final CompletableFuture<Long> last = readNumber(futures, client, theirs.remoteMemory(), ours, THREADS - 1);
            System.out.println("first and last make "
                + first.thenCombine(last, Long::sum).get(LIMIT_SECONDS, TimeUnit.SECONDS));

            // A request that fails completes its future with an exception, and the connection is in ERROR.
            final CompletableFuture<Completion> refused = futures.postSend(client, SendRequest.allocate(1)
                .write(theirs.remoteMemory(), 0, 8).localMemory(ours, 0, 8));
            try {
                refused.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
            } catch (final CompletionException e) {
                final RequestFailedException failure = (RequestFailedException) e.getCause();
                System.out.println("a WRITE to memory for READs alone: " + failure.completion().status());
            }
        }
    }

    private static long sumInVirtualThreads(
        final CompletionFutures futures, final QueuePair client, final RemoteMemory theirs, final MemoryRegion ours)
        throws Exception {
        long sum = 0;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            final List<Future<Long>> results = new ArrayList<>();
            for (int index = 0; index < THREADS; index++) {
                final int number = index;
                // Each has a separate request, because only one thread at a time may use a request.
                results.add(threads.submit(() -> readNumber(futures, client, theirs, ours, number).join()));
            }
            for (final Future<Long> result : results) {
                sum += result.get(LIMIT_SECONDS, TimeUnit.SECONDS);
            }
        }
        return sum;
    }

    private static CompletableFuture<Long> readNumber(
        final CompletionFutures futures, final QueuePair client, final RemoteMemory theirs, final MemoryRegion ours,
        final int index) {
        final long offset = index * 8L;
        return futures.postSend(client, SendRequest.allocate(1).read(theirs, offset, 8).localMemory(ours, offset, 8))
            .thenApply(completion -> ours.segment().get(ValueLayout.JAVA_LONG, offset));
    }
}
