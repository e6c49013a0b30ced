// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.examples;

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
import dev.ffmverbs.Verbs;
import dev.ffmverbs.WorkCompletionOpcode;
import dev.ffmverbs.WorkCompletions;
import dev.ffmverbs.cm.Connection;
import dev.ffmverbs.cm.ConnectionManager;
import dev.ffmverbs.cm.ConnectionParameters;
import dev.ffmverbs.cm.Listener;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Questions and answers by SEND. The server sleeps at a completion channel, and all its clients share one queue of
 * buffers, so that a client that asks nothing takes no memory.
 */
public final class RemoteProcedureCall {

    /** Longest question and longest answer. */
    static final int BUFFER_BYTES = 256;

    private static final int BUFFERS = 8;

    private RemoteProcedureCall() {
    }

    /**
     * Serves, or asks if the arguments say where the server is.
     *
     * @param arguments a device and an address of it.
     * @throws Exception if anything fails.
     */
    public static void main(final String[] arguments) throws Exception {
        final Arguments own = Arguments.of(arguments);
        if (own.isFirstProcess()) {
            serve(own);
        } else {
            RemoteCaller.ask(own, "stressed", "drawer");
            RemoteCaller.ask(own, "deliver");
        }
    }

    private static void serve(final Arguments own) throws Exception {
        final Map<Integer, QueuePair> clients = new ConcurrentHashMap<>();
        final Queue<Connection> connections = new ConcurrentLinkedQueue<>();
        try (Context context = Verbs.open(own.device());
             ProtectionDomain domain = context.allocateProtectionDomain();
             CompletionChannel channel = context.createCompletionChannel();
             CompletionQueue queue = context.createCompletionQueue(64, channel, 0);
             MemoryRegion buffers = domain.allocate((long) BUFFERS * BUFFER_BYTES, Access.LOCAL_WRITE);
             SharedReceiveQueue receives = domain.createSharedReceiveQueue(BUFFERS, 1);
             ConnectionManager manager = ConnectionManager.open(context)) {
            for (int buffer = 0; buffer < BUFFERS; buffer++) {
                postReceive(receives, buffers, buffer);
            }
            final QueuePairConfiguration configuration =
                QueuePairConfiguration.reliableConnection(queue).withSharedReceiveQueue(receives);
            try (Listener listener = manager.listen(own.anyPort(), 4, request -> {
                    // Known before it is accepted, because the first question can come a moment later.
                    final QueuePair queuePair = domain.createQueuePair(configuration);
                    clients.put(queuePair.number(), queuePair);
                    connections.add(request.accept(queuePair, ConnectionParameters.defaults()));
                });
                 OtherProcess other = OtherProcess.start(
                     RemoteProcedureCall.class, own, 1, Arguments.text(listener.localAddress()))) {
                final WorkCompletions completions = WorkCompletions.allocate(BUFFERS);
                while (other.isRunning()) {
                    // Sleeps until something has completed. The limit is for the look at the other process.
                    final int count = queue.await(completions, Duration.ofMillis(100));
                    for (int index = 0; index < count; index++) {
                        serve(completions, index, buffers, receives, clients);
                    }
                }
                other.awaitEnd();
                System.out.println("the server had " + clients.size() + " clients and " + BUFFERS + " buffers");
            }
            connections.forEach(Connection::close);
            clients.values().forEach(QueuePair::close);
        }
    }

    private static void serve(
        final WorkCompletions completions, final int index, final MemoryRegion buffers,
        final SharedReceiveQueue receives, final Map<Integer, QueuePair> clients) {
        // The identifier is the number of the buffer, of its receive as well as of its answer.
        final long buffer = completions.workRequestId(index);
        if (completions.isSuccess(index) && completions.opcode(index) == WorkCompletionOpcode.RECEIVE) {
            final int length = completions.byteLength(index);
            reverse(buffers.segment().asSlice(buffer * BUFFER_BYTES, length));
            clients.get(completions.queuePairNumber(index)).postSend(SendRequest.allocate(1).send()
                .workRequestId(buffer).localMemory(buffers, buffer * BUFFER_BYTES, length));
        } else {
            // The answer has arrived, or its client is gone. The buffer is free for the next question.
            postReceive(receives, buffers, buffer);
        }
    }

    private static void postReceive(final SharedReceiveQueue receives, final MemoryRegion buffers, final long buffer) {
        receives.postReceive(ReceiveRequest.allocate(1).workRequestId(buffer)
            .localMemory(buffers, buffer * BUFFER_BYTES, BUFFER_BYTES));
    }

    private static void reverse(final MemorySegment text) {
        write(text, new StringBuilder(read(text)).reverse().toString());
    }

    static int write(final MemorySegment memory, final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return bytes.length;
    }

    static String read(final MemorySegment text) {
        return new String(text.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }
}
