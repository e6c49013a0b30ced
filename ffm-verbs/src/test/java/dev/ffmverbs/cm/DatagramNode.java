// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.Access;
import dev.ffmverbs.AddressHandle;
import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.Context;
import dev.ffmverbs.Device;
import dev.ffmverbs.DevicePair;
import dev.ffmverbs.GidEntry;
import dev.ffmverbs.GlobalRoutingHeader;
import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairConfiguration;
import dev.ffmverbs.ReceiveRequest;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.TestedAddresses;
import dev.ffmverbs.WorkCompletionStatus;
import dev.ffmverbs.WorkCompletions;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** The objects of one process that exchanges datagrams of four bytes by a connection manager. */
final class DatagramNode implements AutoCloseable {

    static final int BYTES = 4;
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(20);
    private static final long QUIET_NS = TimeUnit.MILLISECONDS.toNanos(300);

    final Context context;
    final ProtectionDomain domain;
    final CompletionQueue queue;
    final QueuePair queuePair;
    final WorkCompletions completions = WorkCompletions.allocate(1);
    final MemoryRegion sent;
    final MemoryRegion received;
    final InetAddress address;
    ConnectionManager manager;

    DatagramNode(final Device device) {
        context = device.open();
        domain = context.allocateProtectionDomain();
        queue = context.createCompletionQueue(64);
        queuePair = newQueuePair();
        sent = domain.allocate(BYTES, Access.LOCAL_WRITE);
        received = domain.allocate(GlobalRoutingHeader.BYTES + BYTES, Access.LOCAL_WRITE);
        // Its thread joins groups for a software device.
        DevicePair.inNamespaceOf(device, () -> manager = ConnectionManager.open(context));
        final GidEntry gid = context.gidTable(1).stream()
            .filter(TestedAddresses::include)
            .findFirst().orElseThrow();
        address = gid.gid().address();
    }

    /** Skips the test with the reason if a device has no datagrams, as iWARP. */
    static void require(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open()) {
            Assumptions.assumeTrue(context.attributes().maximumAddressHandles() > 0,
                () -> devices.left() + " has no datagrams");
        }
    }

    QueuePair newQueuePair() {
        return domain.createQueuePair(QueuePairConfiguration.unreliableDatagram(queue));
    }

    InetSocketAddress anyPort() {
        return new InetSocketAddress(address, 0);
    }

    void postReceive() {
        queuePair.postReceive(ReceiveRequest.allocate(1)
            .localMemory(received, 0, GlobalRoutingHeader.BYTES + BYTES));
    }

    /** Sends a number and the number of this queue pair to a peer or a group, and waits until it is sent. */
    void send(final int value, final AddressHandle handle, final int peer, final int key) {
        sent.segment().set(ValueLayout.JAVA_INT, 0, value);
        queuePair.postSend(SendRequest.allocate(1).sendWithImmediate(queuePair.number())
            .localMemory(sent, 0, BYTES).to(handle, peer, key));
        await();
    }

    void send(final int value, final DatagramPeer peer) {
        try (AddressHandle handle = domain.createAddressHandle(peer.path())) {
            send(value, handle, peer.queuePairNumber(), peer.queueKey());
        }
    }

    void send(final int value, final MulticastMembership group) {
        try (AddressHandle handle = domain.createAddressHandle(group.path())) {
            send(value, handle, group.queuePairNumber(), group.queueKey());
        }
    }

    /** Waits for a datagram and returns its number. */
    int receive() {
        await();
        return received.segment().get(ValueLayout.JAVA_INT, GlobalRoutingHeader.BYTES);
    }

    private void await() {
        final long startNs = System.nanoTime();
        while (queue.poll(completions) == 0) {
            if (System.nanoTime() - startNs > LIMIT_NS) {
                throw new AssertionError("no completion on " + queuePair + " within 20 s");
            }
            Thread.onSpinWait();
        }
        if (completions.status(0) != WorkCompletionStatus.SUCCESS) {
            throw new AssertionError(completions.toString());
        }
    }

    /** Returns whether nothing completes for a while. */
    boolean isQuiet() {
        final long startNs = System.nanoTime();
        int found = 0;
        while (found == 0 && System.nanoTime() - startNs < QUIET_NS) {
            found = queue.poll(completions);
        }
        return found == 0;
    }

    DatagramPeer resolve(final Listener listener) {
        return manager.datagrams().resolve(anyPort(), listener.localAddress(), queuePair,
            ConnectionParameters.defaults(), Duration.ofSeconds(20));
    }

    @Override
    public void close() {
        manager.close();
        received.close();
        sent.close();
        queuePair.close();
        queue.close();
        domain.close();
        context.close();
    }
}
