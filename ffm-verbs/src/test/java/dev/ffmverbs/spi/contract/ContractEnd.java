// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.contract;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.ffmverbs.TestedAddresses;
import dev.ffmverbs.spi.CompletionChannelOperations;
import dev.ffmverbs.spi.CompletionMemory;
import dev.ffmverbs.spi.CompletionQueueOperations;
import dev.ffmverbs.spi.ContextOperations;
import dev.ffmverbs.spi.DeviceOperations;
import dev.ffmverbs.spi.MemoryRegionOperations;
import dev.ffmverbs.spi.ProtectionDomainOperations;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.QueuePairOperations;
import dev.ffmverbs.spi.constants.AccessFlags;
import dev.ffmverbs.spi.constants.GidTypes;
import dev.ffmverbs.spi.constants.QueuePairAttributeFlags;
import dev.ffmverbs.spi.constants.QueuePairStates;
import dev.ffmverbs.spi.constants.QueuePairTypes;
import dev.ffmverbs.spi.layout.AddressAttributesLayout;
import dev.ffmverbs.spi.layout.GidEntryLayout;
import dev.ffmverbs.spi.layout.PortAttributesLayout;
import dev.ffmverbs.spi.layout.QueuePairAttributesLayout;
import dev.ffmverbs.spi.layout.QueuePairCapacitiesLayout;
import dev.ffmverbs.spi.layout.QueuePairCreationLayout;
import dev.ffmverbs.spi.layout.WorkCompletionLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Deque;

/** One end of a connection, built with the provider interface alone. */
final class ContractEnd implements AutoCloseable {

    /** Size of a page. Memory must have the same offset in its page as its iova, because the kernel registers pages. */
    static final int MEMORY_BYTES = 4096;
    static final int SEND_REQUESTS = 4;

    private static final long IOVA = 0x1000_0000L;
    private static final long COMPLETION_TIMEOUT_NS = 20_000_000_000L;
    private static final int RIGHTS = AccessFlags.LOCAL_WRITE | AccessFlags.REMOTE_WRITE | AccessFlags.REMOTE_READ
        | AccessFlags.REMOTE_ATOMIC;
    private static final int REMOTE_RIGHTS = RIGHTS & ~AccessFlags.LOCAL_WRITE;

    /** Closes one object. */
    interface Closing {
        void close() throws ProviderException;
    }

    final Arena arena = Arena.ofShared();
    final MemorySegment memory = arena.allocate(MEMORY_BYTES, MEMORY_BYTES);
    final CompletionMemory completions = new CompletionMemory(arena.allocate(WorkCompletionLayout.LAYOUT));
    final ContextOperations context;
    final ProtectionDomainOperations domain;
    final CompletionChannelOperations channel;
    final CompletionQueueOperations queue;
    final MemoryRegionOperations region;
    final QueuePairOperations queuePair;
    private final Deque<Closing> opened = new ArrayDeque<>();
    private final MemorySegment gidEntry = arena.allocate(GidEntryLayout.LAYOUT);
    private final MemorySegment creation = arena.allocate(QueuePairCreationLayout.LAYOUT);

    ContractEnd(final DeviceOperations device) throws ProviderException {
        boolean complete = false;
        try {
            context = device.open();
            opened.push(context::close);
            domain = context.allocateProtectionDomain();
            opened.push(domain::close);
            channel = context.createCompletionChannel();
            opened.push(channel::close);
            queue = context.createCompletionQueue(16, channel, 0);
            opened.push(queue::close);
            region = domain.registerMemory(memory, IOVA, RIGHTS);
            opened.push(region::close);
            findGid();
            queuePair = createQueuePair(QueuePairTypes.RELIABLE_CONNECTION);
            opened.push(queuePair::close);
            complete = true;
        } finally {
            if (!complete) {
                close();
            }
        }
    }

    long iova(final long offset) {
        return IOVA + offset;
    }

    /** The capacities that the provider returned for the queue pair. */
    MemorySegment capacities() {
        return QueuePairCreationLayout.capacities(creation);
    }

    QueuePairOperations createQueuePair(final int type) throws ProviderException {
        creation.set(JAVA_INT, QueuePairCreationLayout.TYPE, type);
        final MemorySegment sizes = capacities();
        sizes.set(JAVA_INT, QueuePairCapacitiesLayout.SEND_REQUESTS, SEND_REQUESTS);
        sizes.set(JAVA_INT, QueuePairCapacitiesLayout.RECEIVE_REQUESTS, SEND_REQUESTS);
        sizes.set(JAVA_INT, QueuePairCapacitiesLayout.SEND_ELEMENTS, 2);
        sizes.set(JAVA_INT, QueuePairCapacitiesLayout.RECEIVE_ELEMENTS, 2);
        return domain.createQueuePair(creation, queue, queue, null);
    }

    private void findGid() throws ProviderException {
        final MemorySegment port = portAttributes();
        final int length = port.get(JAVA_INT, PortAttributesLayout.GID_TABLE_LENGTH);
        for (int index = 0; index < length; index++) {
            if (context.queryGidEntry(1, index, gidEntry)
                && gidEntry.get(JAVA_INT, GidEntryLayout.TYPE) == GidTypes.ROCE_V2
                && TestedAddresses.include(address(GidEntryLayout.gid(gidEntry)))) {
                return;
            }
        }
        throw new IllegalStateException("none of " + length + " GIDs is that of an address for tests");
    }

    private static InetAddress address(final MemorySegment gid) {
        try {
            return InetAddress.getByAddress(gid.toArray(JAVA_BYTE));
        } catch (final UnknownHostException e) {
            throw new AssertionError("16 bytes are an address", e);
        }
    }

    private MemorySegment portAttributes() throws ProviderException {
        final MemorySegment port = arena.allocate(PortAttributesLayout.LAYOUT);
        context.queryPort(1, port);
        return port;
    }

    void toInit() throws ProviderException {
        final MemorySegment attributes = attributes(QueuePairStates.INIT);
        attributes.set(JAVA_BYTE, QueuePairAttributesLayout.PORT, (byte) 1);
        attributes.set(JAVA_INT, QueuePairAttributesLayout.ACCESS_FLAGS, REMOTE_RIGHTS);
        queuePair.modify(attributes, QueuePairAttributeFlags.STATE | QueuePairAttributeFlags.PORT
            | QueuePairAttributeFlags.PARTITION_KEY_INDEX | QueuePairAttributeFlags.ACCESS_FLAGS);
    }

    MemorySegment attributes(final int state) {
        final MemorySegment attributes = arena.allocate(QueuePairAttributesLayout.LAYOUT);
        attributes.set(JAVA_INT, QueuePairAttributesLayout.STATE, state);
        return attributes;
    }

    /** Takes the queue pair from RESET to a connection with the peer's. */
    void connect(final ContractEnd peer) throws ProviderException {
        toInit();
        final MemorySegment receiving = attributes(QueuePairStates.READY_TO_RECEIVE);
        receiving.set(JAVA_INT, QueuePairAttributesLayout.PATH_MTU,
            portAttributes().get(JAVA_INT, PortAttributesLayout.ACTIVE_MTU));
        receiving.set(JAVA_INT, QueuePairAttributesLayout.DESTINATION_QUEUE_PAIR, peer.queuePair.number());
        receiving.set(JAVA_INT, QueuePairAttributesLayout.RECEIVE_PACKET_SEQUENCE_NUMBER, 7);
        receiving.set(JAVA_BYTE, QueuePairAttributesLayout.MAXIMUM_INCOMING_READS, (byte) 2);
        receiving.set(JAVA_BYTE, QueuePairAttributesLayout.MINIMUM_RNR_TIMER, (byte) 1);
        final MemorySegment address = QueuePairAttributesLayout.address(receiving);
        address.set(JAVA_BYTE, AddressAttributesLayout.IS_GLOBAL, (byte) 1);
        address.set(JAVA_BYTE, AddressAttributesLayout.PORT, (byte) 1);
        address.set(JAVA_BYTE, AddressAttributesLayout.HOP_LIMIT, (byte) 64);
        address.set(JAVA_BYTE, AddressAttributesLayout.SOURCE_GID_INDEX,
            (byte) gidEntry.get(JAVA_INT, GidEntryLayout.INDEX));
        AddressAttributesLayout.destinationGid(address).copyFrom(GidEntryLayout.gid(peer.gidEntry));
        queuePair.modify(receiving, QueuePairAttributeFlags.STATE | QueuePairAttributeFlags.ADDRESS
            | QueuePairAttributeFlags.PATH_MTU | QueuePairAttributeFlags.DESTINATION_QUEUE_PAIR
            | QueuePairAttributeFlags.RECEIVE_PACKET_SEQUENCE_NUMBER | QueuePairAttributeFlags.MAXIMUM_INCOMING_READS
            | QueuePairAttributeFlags.MINIMUM_RNR_TIMER);
        final MemorySegment sending = attributes(QueuePairStates.READY_TO_SEND);
        sending.set(JAVA_INT, QueuePairAttributesLayout.SEND_PACKET_SEQUENCE_NUMBER, 7);
        sending.set(JAVA_BYTE, QueuePairAttributesLayout.TIMEOUT, (byte) 14);
        sending.set(JAVA_BYTE, QueuePairAttributesLayout.RETRY_COUNT, (byte) 6);
        sending.set(JAVA_BYTE, QueuePairAttributesLayout.RNR_RETRY_COUNT, (byte) 6);
        sending.set(JAVA_BYTE, QueuePairAttributesLayout.MAXIMUM_OUTGOING_READS, (byte) 2);
        queuePair.modify(sending, QueuePairAttributeFlags.STATE | QueuePairAttributeFlags.TIMEOUT
            | QueuePairAttributeFlags.RETRY_COUNT | QueuePairAttributeFlags.RNR_RETRY_COUNT
            | QueuePairAttributeFlags.SEND_PACKET_SEQUENCE_NUMBER | QueuePairAttributeFlags.MAXIMUM_OUTGOING_READS);
    }

    /** Polls until there is one completion, and returns it. */
    MemorySegment awaitCompletion() {
        final long startNs = System.nanoTime();
        int taken = queue.poll(1, completions);
        while (taken == 0) {
            if (System.nanoTime() - startNs > COMPLETION_TIMEOUT_NS) {
                throw new AssertionError("no completion of queue pair " + queuePair.number() + " within 20 s");
            }
            Thread.onSpinWait();
            taken = queue.poll(1, completions);
        }
        if (taken != 1) {
            throw new AssertionError("poll for one completion returned " + taken);
        }
        return completions.segment();
    }

    @Override
    public void close() throws ProviderException {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
        arena.close();
    }
}
