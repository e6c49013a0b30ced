// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.device;

import dev.ffmverbs.Access;
import dev.ffmverbs.CompletionChannel;
import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.Context;
import dev.ffmverbs.GidEntry;
import dev.ffmverbs.GidType;
import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.PathMtu;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairAttributes;
import dev.ffmverbs.QueuePairConfiguration;
import dev.ffmverbs.QueuePairState;
import dev.ffmverbs.Verbs;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One end of a measured connection. It has an open device, a queue pair with a completion queue for each direction, and
 * one buffer that the peer may read and write. Every rig measures on endpoints. Not thread-safe.
 */
public final class Endpoint implements AutoCloseable {

    /** Number of receives that may be posted at once; perftest's default. */
    public static final int RECEIVE_REQUESTS = 512;

    /** Number of sends that may be posted at once. */
    public static final int SEND_REQUESTS = 64;

    /** GID index that lets the endpoint choose: the first RoCE version 2 address over IPv4, else the first address. */
    public static final int ANY_GID = -1;

    private static final int PORT = 1;
    private static final int TIMEOUT_EXPONENT = 14;
    private static final int RETRY_COUNT = 6;
    private static final int RNR_TIMER = 12;

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final Context context;
    private final ProtectionDomain domain;
    private final CompletionChannel sendChannel;
    private final CompletionQueue sendQueue;
    private final CompletionQueue receiveQueue;
    private final QueuePair queuePair;
    private final MemoryRegion buffer;
    private final GidEntry gid;
    private final int packetSequenceNumber = ThreadLocalRandom.current().nextInt(1 << 24);

    /**
     * Opens a device and creates the objects of an end that polls.
     *
     * @param deviceName  name of the device; empty for the first one.
     * @param gidIndex    index of the port's address in the GID table, or {@link #ANY_GID}.
     * @param bufferBytes length of the buffer, at least 1.
     * @throws NoSuchElementException      if there is no such device or no such address.
     * @throws dev.ffmverbs.VerbsException if the device refuses an object.
     */
    public Endpoint(final String deviceName, final int gidIndex, final long bufferBytes) {
        this(deviceName, gidIndex, bufferBytes, false, 1);
    }

    private Endpoint(
        final String deviceName, final int gidIndex, final long bufferBytes, final boolean canSleep,
        final int queuePairs) {
        boolean complete = false;
        try {
            context = keep(deviceName.isEmpty() ? Verbs.defaultDevice().open() : Verbs.open(deviceName));
            gid = chooseGid(context, gidIndex);
            domain = keep(context.allocateProtectionDomain());
            sendChannel = canSleep ? keep(context.createCompletionChannel()) : null;
            final int completions = SEND_REQUESTS * queuePairs;
            sendQueue = keep(canSleep ? context.createCompletionQueue(completions, sendChannel, 0)
                : context.createCompletionQueue(completions));
            receiveQueue = keep(context.createCompletionQueue(RECEIVE_REQUESTS));
            queuePair = keep(createQueuePair());
            buffer = keep(domain.allocate(
                bufferBytes, Access.LOCAL_WRITE, Access.REMOTE_READ, Access.REMOTE_WRITE, Access.REMOTE_ATOMIC));
            complete = true;
        } finally {
            if (!complete) {
                close();
            }
        }
    }

    private Endpoint(final Endpoint first) {
        context = first.context;
        gid = first.gid;
        domain = first.domain;
        sendChannel = first.sendChannel;
        sendQueue = first.sendQueue;
        receiveQueue = first.receiveQueue;
        buffer = first.buffer;
        queuePair = keep(createQueuePair());
    }

    /**
     * Opens a device and creates the objects of an end that can also sleep until a send completes.
     *
     * @param deviceName  name of the device; empty for the first one.
     * @param bufferBytes length of the buffer, at least 1.
     * @param queuePairs  number of ends that will share its completion queues, itself included, at least 1.
     * @return the end; its {@link #sendChannel} is present.
     * @throws NoSuchElementException      if there is no such device, or it has no address.
     * @throws dev.ffmverbs.VerbsException if the device refuses an object.
     */
    public static Endpoint withSendChannel(final String deviceName, final long bufferBytes, final int queuePairs) {
        return new Endpoint(deviceName, ANY_GID, bufferBytes, true, queuePairs);
    }

    /**
     * Creates another end that has a separate queue pair and shares everything else with this one. Close it before this
     * end.
     *
     * @return the end.
     * @throws dev.ffmverbs.VerbsException if the device refuses.
     */
    public Endpoint createSibling() {
        return new Endpoint(this);
    }

    private QueuePair createQueuePair() {
        return domain.createQueuePair(QueuePairConfiguration.reliableConnection(sendQueue)
            .withReceiveCompletionQueue(receiveQueue)
            .withSendRequests(SEND_REQUESTS).withReceiveRequests(RECEIVE_REQUESTS));
    }

    private <T extends AutoCloseable> T keep(final T object) {
        opened.push(object);
        return object;
    }

    private static GidEntry chooseGid(final Context context, final int gidIndex) {
        final List<GidEntry> table = context.gidTable(PORT);
        if (gidIndex != ANY_GID) {
            return table.stream().filter(entry -> entry.index() == gidIndex).findFirst()
                .orElseThrow(() -> new NoSuchElementException(
                    context.device() + " has no GID at index " + gidIndex + "; its table is " + table));
        }
        return table.stream()
            .filter(entry -> entry.type() == GidType.ROCE_V2 && entry.gid().high() == 0).findFirst()
            .or(() -> table.stream().findFirst())
            .orElseThrow(() -> new NoSuchElementException(context.device() + " has no GID on port " + PORT));
    }

    /**
     * Returns what the peer needs to connect.
     *
     * @return this end's address.
     */
    public EndpointAddress address() {
        return new EndpointAddress(
            gid.gid(), queuePair.number(), packetSequenceNumber, buffer.iova(), buffer.rkey());
    }

    /**
     * Connects the queue pair for one READ at a time, with the port's path MTU. It can send once the peer has done the
     * same.
     *
     * @param peer the other end's address.
     * @throws dev.ffmverbs.VerbsException if the device refuses.
     */
    public void connect(final EndpointAddress peer) {
        connect(peer, 1, context.portAttributes(PORT).activeMtu());
    }

    /**
     * Connects the queue pair. It can send once the peer has done the same.
     *
     * @param peer  the other end's address.
     * @param reads READs and atomic operations in flight in each direction.
     * @param mtu   path MTU, the same at both ends.
     * @throws dev.ffmverbs.VerbsException if the device refuses.
     */
    public void connect(final EndpointAddress peer, final int reads, final PathMtu mtu) {
        queuePair.modify(new QueuePairAttributes().state(QueuePairState.INIT).port(PORT).partitionKeyIndex(0)
            .access(Access.REMOTE_READ, Access.REMOTE_WRITE, Access.REMOTE_ATOMIC));
        queuePair.modify(new QueuePairAttributes().state(QueuePairState.READY_TO_RECEIVE)
            .pathMtu(mtu).destination(peer.gid(), gid.index(), PORT)
            .destinationQueuePair(peer.queuePairNumber()).receivePacketSequenceNumber(peer.packetSequenceNumber())
            .maximumIncomingReads(reads).minimumRnrTimer(RNR_TIMER));
        queuePair.modify(new QueuePairAttributes().state(QueuePairState.READY_TO_SEND)
            .sendPacketSequenceNumber(packetSequenceNumber).timeout(TIMEOUT_EXPONENT).retryCount(RETRY_COUNT)
            .rnrRetryCount(RETRY_COUNT).maximumOutgoingReads(reads));
    }

    /**
     * Returns the open device, for connecting by address and port instead of {@link #connect}.
     *
     * @return the device's context; it is closed with this end.
     */
    public Context context() {
        return context;
    }

    /**
     * Returns the name of the open device.
     *
     * @return for example {@code mlx5_0}.
     */
    public String deviceName() {
        return context.device().name();
    }

    /**
     * Returns the index of this end's address in the port's GID table.
     *
     * @return the index asked for, or the one chosen.
     */
    public int gidIndex() {
        return gid.index();
    }

    /**
     * Returns the completion queue of sends.
     *
     * @return the send queue's completion queue.
     */
    public CompletionQueue sendQueue() {
        return sendQueue;
    }

    /**
     * Returns the channel that reports completions of sends to a sleeping thread.
     *
     * @return the channel of {@link #sendQueue}; empty if this end only polls.
     */
    public Optional<CompletionChannel> sendChannel() {
        return Optional.ofNullable(sendChannel);
    }

    /**
     * Returns the completion queue of receives.
     *
     * @return the receive queue's completion queue.
     */
    public CompletionQueue receiveQueue() {
        return receiveQueue;
    }

    /**
     * Returns the queue pair.
     *
     * @return the queue pair, in state RESET until it is connected.
     */
    public QueuePair queuePair() {
        return queuePair;
    }

    /** Confines the queue pair and its completion queues to the calling thread. */
    public void confine() {
        queuePair.confine();
        sendQueue.confine();
        receiveQueue.confine();
    }

    /**
     * Returns the buffer that the peer may read and write.
     *
     * @return a region of the length asked for.
     */
    public MemoryRegion buffer() {
        return buffer;
    }

    /**
     * Registers memory of the caller with this end's protection domain. Close the region before this end.
     *
     * @param memory native memory that stays alive as long as the region is open.
     * @param access what it may be used for.
     * @return the region.
     * @throws dev.ffmverbs.VerbsException if the device refuses.
     */
    public MemoryRegion register(final MemorySegment memory, final Access... access) {
        return domain.register(memory, access);
    }

    /**
     * Allocates and registers memory with this end's protection domain. Close the region before this end.
     *
     * @param lengthBytes its length, at least 1.
     * @param access      what it may be used for.
     * @return the region, which owns its memory.
     * @throws dev.ffmverbs.VerbsException if the device refuses.
     */
    public MemoryRegion allocate(final long lengthBytes, final Access... access) {
        return domain.allocate(lengthBytes, access);
    }

    /** Closes all objects, the last opened first. */
    @Override
    public void close() {
        while (!opened.isEmpty()) {
            closeOne(opened.pop());
        }
    }

    private static void closeOne(final AutoCloseable object) {
        try {
            object.close();
        } catch (final RuntimeException e) {
            throw e;
        } catch (final Exception e) {
            throw new IllegalStateException("verbs objects throw no checked exceptions", e);
        }
    }

    @Override
    public String toString() {
        return "endpoint on " + context.device() + ", " + queuePair;
    }
}
