// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.nativeaccess;

import dev.ffmverbs.Access;
import dev.ffmverbs.CompletionChannel;
import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.Context;
import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairConfiguration;
import dev.ffmverbs.ReceiveRequest;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.SharedReceiveQueue;
import dev.ffmverbs.UnsupportedVerbException;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.WorkCompletions;
import dev.ffmverbs.cm.Connection;
import dev.ffmverbs.cm.ConnectionManager;
import dev.ffmverbs.cm.ConnectionParameters;
import dev.ffmverbs.cm.Listener;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Uses every operation of the software device and prints the results. */
final class SoftwareDeviceProgram implements AutoCloseable {

    static final String DONE = "all operations completed";

    private static final long IOVA = 0x7000_0000_0000L;
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Context context = Verbs.open("soft0");
    private final ProtectionDomain domain = context.allocateProtectionDomain();
    private final CompletionChannel channel = context.createCompletionChannel();
    private final CompletionQueue queue = context.createCompletionQueue(16, channel, 0);
    private final CompletionQueue received = context.createCompletionQueue(16);
    private final SharedReceiveQueue shared = domain.createSharedReceiveQueue(16, 2);
    private final Arena arena = Arena.ofShared();
    private final MemorySegment borrowed = arena.allocate(4096, 4096);
    private final MemoryRegion theirs = domain.registerAt(
        borrowed, IOVA, Access.LOCAL_WRITE, Access.REMOTE_READ, Access.REMOTE_WRITE, Access.REMOTE_ATOMIC);
    private final MemoryRegion ours = domain.allocate(4096, Access.LOCAL_WRITE);
    private final QueuePair server = domain.createQueuePair(
        QueuePairConfiguration.reliableConnection(received).withSharedReceiveQueue(shared));
    private final QueuePair client = domain.createQueuePair(QueuePairConfiguration.reliableConnection(queue)
        .withSendRequests(16).withScatterGatherElements(2, 2).withInlineBytes(64));
    private final WorkCompletions completions = WorkCompletions.allocate(4);

    private SoftwareDeviceProgram() {
    }

    public static void main(final String[] arguments) {
        System.out.println(Verbs.devices());
        System.out.println(Verbs.unavailableProviders());
        try (SoftwareDeviceProgram program = new SoftwareDeviceProgram()) {
            program.connectAndOperate();
            program.askForEverything();
        }
        System.out.println(DONE);
    }

    private void connectAndOperate() {
        final CompletableFuture<Connection> accepted = new CompletableFuture<>();
        try (ConnectionManager manager = ConnectionManager.open(context);
             Listener listener = manager.listen(
                 new InetSocketAddress(System.getProperty("softroce.addresses"), 0), 1,
                 request -> accepted.complete(request.accept(server, ConnectionParameters.defaults())));
             Connection connection = manager.connect(
                 null, listener.localAddress(), client, ConnectionParameters.defaults(), LIMIT)) {
            System.out.println("connected with " + connection.remoteAddress());
            borrowed.set(ValueLayout.JAVA_LONG, 0, 42);
            execute(SendRequest.allocate(1).read(IOVA, theirs.rkey()).localMemory(ours, 0, 8));
            require(42, ours.segment().get(ValueLayout.JAVA_LONG, 0));
            execute(SendRequest.allocate(1).fetchAndAdd(IOVA, theirs.rkey(), 8).localMemory(ours, 8, 8));
            execute(SendRequest.allocate(1).compareAndSwap(IOVA, theirs.rkey(), 50, 51).localMemory(ours, 16, 8));
            execute(SendRequest.allocate(2).write(IOVA + 64, theirs.rkey())
                .localMemory(ours, 0, 8).addLocalMemory(ours, 16, 8));
            require(51, borrowed.get(ValueLayout.JAVA_LONG, 0));
            require(50, borrowed.get(ValueLayout.JAVA_LONG, 72));
            sendInline();
            accepted.join().close();
        }
    }

    private void sendInline() {
        require(2, shared.postReceive(
            ReceiveRequest.allocate(1).localMemory(theirs, 128, 64).next(
                ReceiveRequest.allocate(1).localMemory(theirs, 192, 64))));
        final MemorySegment data = MemorySegment.ofArray(new byte[] {1, 2, 3});
        final SendRequest last = SendRequest.allocate(0, 8).sendWithImmediate(7).inlineData(data);
        require(2, client.postSend(SendRequest.allocate(0, 8).signal(false).inlineData(data).next(last)));
        awaitCompletion(queue);
        awaitCompletion(received);
        awaitCompletion(received);
        require(3, borrowed.get(ValueLayout.JAVA_BYTE, 194));
    }

    private void execute(final SendRequest request) {
        queue.requestNotification(false);
        require(1, client.postSend(request));
        require(1, channel.await(LIMIT).isPresent() ? 1 : 0);
        awaitCompletion(queue);
    }

    private void awaitCompletion(final CompletionQueue from) {
        final long startNs = System.nanoTime();
        final WorkCompletions one = WorkCompletions.allocate(1);
        while (from.poll(one) == 0) {
            require(1, System.nanoTime() - startNs < LIMIT.toNanos() ? 1 : 0);
        }
        require(1, one.isSuccess(0) ? 1 : 0);
    }

    private void askForEverything() {
        queue.resize(64);
        require(0, queue.poll(completions));
        shared.limit(1);
        System.out.println(context.attributes() + " " + context.portAttributes(1) + " " + context.gidTable(1)
            + " " + context.portStatistics(1) + " " + shared.attributes() + " " + client.query()
            + " " + context.nextAsynchronousEvent(Duration.ZERO));
        describeDescriptor(channel::fileDescriptor);
        describeDescriptor(context::asynchronousEventDescriptor);
    }

    private static void describeDescriptor(final Supplier<OptionalInt> descriptor) {
        try {
            System.out.println("descriptor: " + descriptor.get());
        } catch (final UnsupportedVerbException e) {
            System.out.println("no descriptor: " + e.getMessage());
        }
    }

    private static void require(final long expected, final long actual) {
        if (actual != expected) {
            throw new AssertionError(actual + " instead of " + expected);
        }
    }

    @Override
    public void close() {
        server.close();
        client.close();
        theirs.close();
        ours.close();
        shared.close();
        queue.close();
        received.close();
        channel.close();
        domain.close();
        context.close();
        arena.close();
    }
}
