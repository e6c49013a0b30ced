// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.Context;
import dev.ffmverbs.Device;
import dev.ffmverbs.Gid;
import dev.ffmverbs.GidEntry;
import dev.ffmverbs.GidType;
import dev.ffmverbs.PathMtu;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairAttributes;
import dev.ffmverbs.QueuePairConfiguration;
import dev.ffmverbs.QueuePairState;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.opentest4j.TestAbortedException;

/** The objects of one process: a device, its verbs objects and a connection manager. */
final class Node implements AutoCloseable {

    final Context context;
    final ProtectionDomain domain;
    final CompletionQueue queue;
    final QueuePair queuePair;
    final ConnectionManager manager;
    final InetAddress address;

    Node(final Device device) {
        context = device.open();
        domain = context.allocateProtectionDomain();
        queue = context.createCompletionQueue(16);
        queuePair = newQueuePair();
        manager = ConnectionManager.open(context);
        address = LocalAddresses.of(context).stream().filter(Inet4Address.class::isInstance).findFirst().orElseThrow();
    }

    /** Connects a queue pair to itself, without a connection manager. */
    void connectManually(final QueuePair own) {
        final GidEntry gid = context.gidTable(1).stream()
            .filter(entry -> entry.type() == GidType.ROCE_V2 && entry.gid().equals(Gid.of(address)))
            .findFirst().orElseThrow(() -> new TestAbortedException(context.device() + " has no RoCE v2 address"));
        own.modify(new QueuePairAttributes().state(QueuePairState.INIT).port(1).partitionKeyIndex(0).access());
        own.modify(new QueuePairAttributes().state(QueuePairState.READY_TO_RECEIVE).pathMtu(PathMtu.MTU_256)
            .destination(gid.gid(), gid.index(), 1).destinationQueuePair(own.number()).receivePacketSequenceNumber(1)
            .maximumIncomingReads(1).minimumRnrTimer(12));
        own.modify(new QueuePairAttributes().state(QueuePairState.READY_TO_SEND).sendPacketSequenceNumber(1)
            .timeout(14).retryCount(6).rnrRetryCount(7).maximumOutgoingReads(1));
    }

    QueuePair newQueuePair() {
        return domain.createQueuePair(QueuePairConfiguration.reliableConnection(queue));
    }

    InetSocketAddress anyPort() {
        return new InetSocketAddress(address, 0);
    }

    /** Returns an address in the same network that no device has. */
    InetSocketAddress nobody() throws UnknownHostException {
        final byte[] nobody = address.getAddress();
        nobody[3] = (byte) 222;
        return new InetSocketAddress(InetAddress.getByAddress(nobody), 18_515);
    }

    @Override
    public void close() {
        manager.close();
        queuePair.close();
        queue.close();
        domain.close();
        context.close();
    }
}
