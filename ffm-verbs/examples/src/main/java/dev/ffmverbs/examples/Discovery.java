// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.examples;

import dev.ffmverbs.Access;
import dev.ffmverbs.AddressHandle;
import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.Context;
import dev.ffmverbs.GlobalRoutingHeader;
import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairConfiguration;
import dev.ffmverbs.ReceiveRequest;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.WorkCompletions;
import dev.ffmverbs.cm.ConnectionManager;
import dev.ffmverbs.cm.ConnectionParameters;
import dev.ffmverbs.cm.DatagramPeer;
import dev.ffmverbs.cm.Datagrams;
import dev.ffmverbs.cm.Listener;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * Questions and answers by datagrams (UD): where is a service? One queue pair answers everybody, and there is no
 * connection to set up or to lose. Like any datagram, question and answer can get lost, so the question is repeated.
 */
public final class Discovery {

    /** A received datagram lies behind a header of 40 bytes, which says who sent it. */
    private static final int HEADER = GlobalRoutingHeader.BYTES;
    private static final int TEXT_BYTES = 128;
    private static final int MESSAGE = 256;
    private static final int RECEIVES = 4;

    private Discovery() {
    }

    /**
     * Answers, or asks if the arguments say where to ask.
     *
     * @param arguments a device and an address of it.
     * @throws Exception if anything fails.
     */
    public static void main(final String[] arguments) throws Exception {
        final Arguments own = Arguments.of(arguments);
        try (Context context = Verbs.open(own.device());
             ProtectionDomain domain = context.allocateProtectionDomain();
             CompletionQueue sends = context.createCompletionQueue(16);
             CompletionQueue receives = context.createCompletionQueue(16);
             MemoryRegion memory = domain.allocate(2 * MESSAGE, Access.LOCAL_WRITE);
             QueuePair queuePair = domain.createQueuePair(
                 QueuePairConfiguration.unreliableDatagram(sends).withReceiveCompletionQueue(receives));
             ConnectionManager manager = ConnectionManager.open(context)) {
            if (own.isFirstProcess()) {
                answer(own, domain, memory, queuePair, manager.datagrams());
            } else {
                ask(own, domain, memory, queuePair, manager.datagrams());
            }
        }
    }

    private static void answer(
        final Arguments own, final ProtectionDomain domain, final MemoryRegion memory, final QueuePair queuePair,
        final Datagrams datagrams) throws Exception {
        final CountDownLatch ready = new CountDownLatch(1);
        // The listener tells everybody who asks for the queue pair of this port its number and its key.
        try (Listener listener = datagrams.listen(own.anyPort(), 8, request -> {
                request.accept(queuePair, new byte[0]);
                ready.countDown();
            });
             OtherProcess other = OtherProcess.start(
                 Discovery.class, own, 1, Arguments.text(listener.localAddress()))) {
            // Accepting has made the queue pair ready to receive. A question that comes earlier is lost, and repeated.
            ready.await();
            for (int receive = 0; receive < RECEIVES; receive++) {
                postReceive(queuePair, memory);
            }
            final WorkCompletions completions = WorkCompletions.allocate(1);
            while (other.isRunning()) {
                if (queuePair.configuration().receiveCompletionQueue().await(completions, Duration.ofMillis(50)) == 0) {
                    continue;
                }
                final String question = memory.segment().getString(HEADER);
                System.out.println("asked for " + question + " by queue pair "
                    + completions.sourceQueuePairNumber(0));
                // The completion and the header name the sender, so that the answer needs no connection.
                try (AddressHandle sender = domain.createAddressHandle(
                    queuePair.protectionDomain().context().pathToSender(completions, 0, memory.segment(), 0, 1))) {
                    send(queuePair, memory, question + " is at " + own.address() + " port 7000",
                        sender, completions.sourceQueuePairNumber(0), Datagrams.QUEUE_KEY);
                }
                postReceive(queuePair, memory);
            }
            other.awaitEnd();
        }
    }

    private static void ask(
        final Arguments own, final ProtectionDomain domain, final MemoryRegion memory, final QueuePair queuePair,
        final Datagrams datagrams) {
        final DatagramPeer service = datagrams.resolve(
            own.anyPort(), own.peer(), queuePair, ConnectionParameters.defaults(), Duration.ofSeconds(10));
        final WorkCompletions completions = WorkCompletions.allocate(1);
        postReceive(queuePair, memory);
        try (AddressHandle handle = domain.createAddressHandle(service.path())) {
            for (int attempt = 1; attempt <= 20; attempt++) {
                send(queuePair, memory, "colours", handle, service.queuePairNumber(), service.queueKey());
                if (queuePair.configuration().receiveCompletionQueue().await(completions, Duration.ofMillis(500)) > 0) {
                    System.out.println(memory.segment().getString(HEADER));
                    return;
                }
            }
        }
        throw new IllegalStateException("nobody at " + own.peer() + " answers");
    }

    private static void postReceive(final QueuePair queuePair, final MemoryRegion memory) {
        queuePair.postReceive(ReceiveRequest.allocate(1).localMemory(memory, 0, HEADER + TEXT_BYTES));
    }

    /** Sends a text from the second half of the memory, and waits until the device has sent it. */
    private static void send(
        final QueuePair queuePair, final MemoryRegion memory, final String text, final AddressHandle to,
        final int queuePairNumber, final int queueKey) {
        memory.segment().setString(MESSAGE, text);
        queuePair.postSend(SendRequest.allocate(1).send().localMemory(memory, MESSAGE, TEXT_BYTES)
            .to(to, queuePairNumber, queueKey));
        final WorkCompletions sent = WorkCompletions.allocate(1);
        if (queuePair.configuration().sendCompletionQueue().await(sent, Duration.ofSeconds(10)) == 0) {
            throw new IllegalStateException("the datagram was not sent");
        }
        sent.copy(0).requireSuccess();
    }
}
