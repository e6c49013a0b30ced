// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.examples;

import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.Context;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairConfiguration;
import dev.ffmverbs.RemoteMemory;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.cm.Connection;
import dev.ffmverbs.cm.ConnectionManager;
import dev.ffmverbs.cm.ConnectionParameters;
import dev.ffmverbs.cm.ConnectionRequest;
import dev.ffmverbs.cm.Listener;
import dev.ffmverbs.ring.MessageRingReader;
import dev.ffmverbs.ring.MessageRingWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * One process WRITEs messages into a ring in the memory of another, which polls its memory. The reader gives credits by
 * WRITEs of its position, so that the writer never overtakes it.
 */
public final class MessageRing {

    private static final int CAPACITY_BYTES = 1 << 14;
    private static final int MESSAGES = 5_000;
    private static final int LONGEST_BYTES = 200;
    private static final int LIMIT_SECONDS = 30;

    private MessageRing() {
    }

    /**
     * Reads the ring, or writes into it if the arguments say where it is.
     *
     * @param arguments a device and an address of it.
     * @throws Exception if anything fails.
     */
    public static void main(final String[] arguments) throws Exception {
        final Arguments own = Arguments.of(arguments);
        if (own.isFirstProcess()) {
            read(own);
        } else {
            write(own);
        }
    }

    private static void read(final Arguments own) throws Exception {
        try (Context context = Verbs.open(own.device());
             ProtectionDomain domain = context.allocateProtectionDomain();
             CompletionQueue queue = context.createCompletionQueue(16);
             MessageRingReader reader = MessageRingReader.allocate(domain, CAPACITY_BYTES);
             QueuePair queuePair = domain.createQueuePair(QueuePairConfiguration.reliableConnection(queue));
             ConnectionManager manager = ConnectionManager.open(context)) {
            // Each end tells the other where its memory is, in the request and in the answer.
            final CompletableFuture<Connection> connected = new CompletableFuture<>();
            try (Listener listener = manager.listen(own.anyPort(), 1, request -> {
                    reader.connect(queuePair, RemoteMemory.ofPrefix(request.privateData()));
                    connected.complete(accept(request, queuePair, reader.remoteMemory()));
                });
                 OtherProcess writer = OtherProcess.start(
                     MessageRing.class, own, 1, Arguments.text(listener.localAddress()))) {
                try (Connection connection = connected.get(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                    System.out.println("the writer is " + connection.remoteAddress().getAddress().getHostAddress());
                    final long bytes = readAll(reader);
                    writer.awaitEnd();
                    System.out.println("read " + MESSAGES + " messages of " + bytes + " bytes in order; they went round"
                        + " the ring of " + CAPACITY_BYTES + " bytes at least " + bytes / CAPACITY_BYTES + " times");
                }
            }
        }
    }

    private static Connection accept(
        final ConnectionRequest request, final QueuePair queuePair, final RemoteMemory ring) {
        return request.accept(queuePair, ConnectionParameters.defaults().withPrivateData(ring.toBytes()));
    }

    private static long readAll(final MessageRingReader reader) {
        final long[] progress = new long[2];
        while (progress[0] < MESSAGES) {
            // The handler gets the message where it lies. It is gone when the handler returns.
            final int messages = reader.read((memory, offset, length) -> {
                if (memory.get(ValueLayout.JAVA_INT, offset) != progress[0]) {
                    throw new IllegalStateException("message " + progress[0] + " is missing");
                }
                progress[0]++;
                progress[1] += length;
            }, 16);
            if (messages == 0) {
                Thread.onSpinWait();
            }
        }
        return progress[1];
    }

    private static void write(final Arguments own) {
        try (Context context = Verbs.open(own.device());
             ProtectionDomain domain = context.allocateProtectionDomain();
             CompletionQueue queue = context.createCompletionQueue(16);
             MessageRingWriter writer = MessageRingWriter.allocate(domain, CAPACITY_BYTES);
             QueuePair queuePair = domain.createQueuePair(QueuePairConfiguration.reliableConnection(queue));
             ConnectionManager manager = ConnectionManager.open(context);
             Connection connection = manager.connect(own.anyPort(), own.peer(), queuePair,
                 ConnectionParameters.defaults().withPrivateData(writer.remoteMemory().toBytes()),
                 Duration.ofSeconds(LIMIT_SECONDS));
             Arena arena = Arena.ofConfined()) {
            writer.connect(queuePair, RemoteMemory.ofPrefix(connection.privateData()));
            final MemorySegment message = arena.allocate(LONGEST_BYTES);
            long waits = 0;
            for (int number = 0; number < MESSAGES; number++) {
                message.set(ValueLayout.JAVA_INT, 0, number);
                final int length = Integer.BYTES + number % (LONGEST_BYTES - Integer.BYTES);
                // The ring is full when the reader is behind. A program with other work would do that now.
                while (!writer.write(message, 0, length)) {
                    waits++;
                    Thread.onSpinWait();
                }
            }
            // All requests that have been posted complete before the connection is closed.
            writer.flush(Duration.ofSeconds(LIMIT_SECONDS));
            System.out.println("wrote " + MESSAGES + " messages, and waited " + (waits == 0 ? "never" : "now and then")
                + " for the reader");
        }
    }
}
