// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import dev.ffmverbs.Access;
import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.Context;
import dev.ffmverbs.Device;
import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairConfiguration;
import dev.ffmverbs.ReceiveRequest;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.WorkCompletionOpcode;
import dev.ffmverbs.WorkCompletions;
import dev.ffmverbs.cm.Connection;
import dev.ffmverbs.cm.ConnectionManager;
import dev.ffmverbs.cm.ConnectionParameters;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A client that sends writes to a node without waiting for the answers to those before. */
final class ImpatientClient implements AutoCloseable {

    private static final int REPLY_BYTES = 64;
    private static final int OUTSTANDING = 256;
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration SHORT_WAIT = Duration.ofMillis(1);

    private final Opened opened = new Opened();
    private final List<InetSocketAddress> nodes;
    private final ProtectionDomain domain;
    private final ConnectionManager connections;
    private final MemoryRegion memory;
    private final WorkCompletions completions = WorkCompletions.allocate(2 * OUTSTANDING);
    private final SendRequest send = SendRequest.allocate(1);
    private final ReceiveRequest receive = ReceiveRequest.allocate(1);
    private int sent;
    private int answered;
    private boolean broken;

    ImpatientClient(final Device device, final List<InetSocketAddress> nodes) {
        this.nodes = nodes;
        final Context context = opened.add(device.open());
        domain = opened.add(context.allocateProtectionDomain());
        connections = opened.add(ConnectionManager.open(context));
        memory = opened.add(domain.allocate(Request.BYTES + REPLY_BYTES, Access.LOCAL_WRITE));
        new Request(1, Request.Kind.PUT, "flood", "water", Optional.empty()).write(memory.segment(), 0);
    }

    /** Sends writes until a number of them is done. Returns how many the node has taken at most without an answer. */
    int flood(final int writes) {
        int done = 0;
        int most = 0;
        for (int node = 0; done < writes; node = (node + 1) % nodes.size()) {
            sent = 0;
            answered = 0;
            broken = false;
            try (CompletionQueue queue = domain.context().createCompletionQueue(2 * OUTSTANDING);
                 QueuePair queuePair = domain.createQueuePair(QueuePairConfiguration.reliableConnection(queue)
                     .withSendRequests(OUTSTANDING).withReceiveRequests(OUTSTANDING));
                 Connection connection = connections.connect(
                     null, nodes.get(node), queuePair, ConnectionParameters.defaults(), LIMIT)) {
                most = Math.max(most, flood(queuePair, queue, connection, writes - done));
            }
            done += answered;
        }
        return most;
    }

    private int flood(
        final QueuePair queuePair, final CompletionQueue queue, final Connection connection, final int writes) {
        for (int slot = 0; slot < OUTSTANDING; slot++) {
            postReceive(queuePair);
        }
        int posted = 0;
        int most = 0;
        while (answered < writes && !broken && !connection.whenDisconnected().isDone()) {
            while (posted - sent < OUTSTANDING && posted < writes) {
                queuePair.postSend(send.send().localMemory(memory, 0, Request.BYTES));
                posted++;
            }
            poll(queuePair, queue);
            most = Math.max(most, sent - answered);
        }
        return most;
    }

    private void poll(final QueuePair queuePair, final CompletionQueue queue) {
        final int count = queue.await(completions, SHORT_WAIT);
        for (int i = 0; i < count; i++) {
            if (!completions.isSuccess(i)) {
                broken = true;
            } else if (completions.opcode(i) == WorkCompletionOpcode.RECEIVE) {
                // A node on standby says that it does not serve.
                broken |= Reply.read(memory.segment(), Request.BYTES).outcome() == Reply.Outcome.NOT_SERVING;
                answered += broken ? 0 : 1;
                postReceive(queuePair);
            } else {
                sent++;
            }
        }
    }

    private void postReceive(final QueuePair queuePair) {
        queuePair.postReceive(receive.localMemory(memory, Request.BYTES, REPLY_BYTES));
    }

    @Override
    public void close() {
        opened.close();
    }
}
