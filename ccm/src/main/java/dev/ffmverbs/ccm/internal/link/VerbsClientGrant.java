// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import dev.ffmverbs.Access;
import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.Gid;
import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.PathMtu;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairAttributes;
import dev.ffmverbs.QueuePairConfiguration;
import dev.ffmverbs.QueuePairState;
import dev.ffmverbs.VerbsException;
import dev.ffmverbs.ccm.internal.memory.ClientEntry.PortNumbers;
import dev.ffmverbs.spi.Closing;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A client's queue pairs and memory over RDMA verbs, in the protection domain of its partner. */
final class VerbsClientGrant implements ClientGrant {

    private static final Logger LOGGER = System.getLogger(VerbsClientGrant.class.getName());
    private static final int DEVICE_PORT = 1;
    private static final int PACKET_SEQUENCE_NUMBERS = 1 << 24;
    private static final int READS = 4;
    private static final int TIMEOUT_EXPONENT = 14;
    private static final int RETRY_COUNT = 6;
    private static final int RNR_RETRY_FOR_EVER = 7;

    /** 0.64 ms: code 12 of IBTA 9.7.5.2.8. */
    private static final int RNR_TIMER_CODE = 12;

    private static final Access[] ACCESS = {Access.REMOTE_READ, Access.REMOTE_WRITE, Access.REMOTE_ATOMIC};
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Names of this node and the partner, for the log. */
    private final String names;
    private final ProtectionDomain domain;
    private final DeviceGid local;

    /** Connects the queue pairs where they cannot be connected manually; null elsewhere. */
    private final ManagedPorts managed;
    private final Consumer<VerbsClientGrant> onClose;
    private final List<CompletionQueue> queues = new ArrayList<>();
    private final List<QueuePair> queuePairs = new ArrayList<>();
    private final List<PortNumbers> numbers = new ArrayList<>();
    private final List<MemoryRegion> ownRegions = new ArrayList<>();
    private MemoryRegion memory;

    /** Memory that could not be deregistered when the ports ended; null if there is none. */
    private MemoryRegion remaining;
    private boolean fenced;

    /** Whether fencing has succeeded. Otherwise it is repeated. */
    private boolean revoked;
    private boolean closed;

    VerbsClientGrant(
        final String names, final ProtectionDomain domain, final DeviceGid local, final ManagedPorts managed,
        final Consumer<VerbsClientGrant> onClose) {
        this.names = names;
        this.domain = domain;
        this.local = local;
        this.managed = managed;
        this.onClose = onClose;
    }

    void make(final int ports, final int queueDepth, final MemorySegment segment) {
        if (segment != null) {
            memory = domain.register(segment,
                Access.LOCAL_WRITE, Access.REMOTE_READ, Access.REMOTE_WRITE, Access.REMOTE_ATOMIC);
        }
        for (int i = 0; i < ports; i++) {
            final CompletionQueue queue = domain.context().createCompletionQueue(2 * queueDepth);
            queues.add(queue);
            final QueuePair queuePair = domain.createQueuePair(QueuePairConfiguration.reliableConnection(queue)
                .withSendRequests(queueDepth).withReceiveRequests(queueDepth));
            queuePairs.add(queuePair);
            queuePair.modify(new QueuePairAttributes().state(QueuePairState.INIT).port(DEVICE_PORT)
                .partitionKeyIndex(0).access(ACCESS));
            if (managed != null) {
                managed.expect(queuePair);
            }
            numbers.add(new PortNumbers(queuePair.number(), RANDOM.nextInt(PACKET_SEQUENCE_NUMBERS)));
        }
    }

    @Override
    public void connect(final Gid partnerGid, final int partnerMtuBytes, final List<PortNumbers> partnerPorts) {
        if (managed == null) {
            connectManually(partnerGid, partnerMtuBytes, partnerPorts);
        } else {
            // Waits for the partner, which must not keep anybody from fencing.
            managed.connect(partnerPorts);
        }
    }

    private synchronized void connectManually(
        final Gid partnerGid, final int partnerMtuBytes, final List<PortNumbers> partnerPorts) {
        requireUnfenced();
        final PathMtu mtu = PathMtu.atMost(Math.min(local.mtuBytes(), partnerMtuBytes));
        for (int i = 0; i < queuePairs.size(); i++) {
            final QueuePair queuePair = queuePairs.get(i);
            final PortNumbers partner = partnerPorts.get(i);
            queuePair.modify(new QueuePairAttributes().state(QueuePairState.READY_TO_RECEIVE).pathMtu(mtu)
                .destination(partnerGid, local.index(), DEVICE_PORT).destinationQueuePair(partner.queuePair())
                .receivePacketSequenceNumber(partner.packetSequenceNumber()).maximumIncomingReads(READS)
                .minimumRnrTimer(RNR_TIMER_CODE));
            queuePair.modify(new QueuePairAttributes().state(QueuePairState.READY_TO_SEND)
                .sendPacketSequenceNumber(numbers.get(i).packetSequenceNumber()).timeout(TIMEOUT_EXPONENT)
                .retryCount(RETRY_COUNT).rnrRetryCount(RNR_RETRY_FOR_EVER).maximumOutgoingReads(READS));
        }
    }

    private void requireUnfenced() {
        if (fenced) {
            throw new IllegalStateException("these ports have ended");
        }
    }

    @Override
    public List<PortNumbers> ports() {
        return numbers;
    }

    @Override
    public QueuePair queuePair(final int index) {
        return queuePairs.get(index);
    }

    @Override
    public CompletionQueue completionQueue(final int index) {
        return queues.get(index);
    }

    @Override
    public synchronized MemoryRegion memory() {
        return memory;
    }

    @Override
    public synchronized MemoryRegion allocate(final long lengthBytes) {
        requireUnfenced();
        final MemoryRegion region = domain.allocate(lengthBytes, Access.LOCAL_WRITE);
        ownRegions.add(region);
        return region;
    }

    @Override
    public synchronized void fence() {
        fenced = true;
        if (!revoked) {
            Closing.closeAll(List.<Runnable>of(this::revokeMemory, this::endManaged,
                () -> Closing.closeAll(queuePairs, this::end)), Runnable::run);
            revoked = true;
        }
    }

    private void endManaged() {
        if (managed != null) {
            managed.end();
        }
    }

    private void revokeMemory() {
        final MemoryRegion revoked = memory;
        if (revoked == null) {
            return;
        }
        try {
            revoked.close();
        } catch (final VerbsException refused) {
            // Must not keep the session from ending. The queue pairs of these ports end, whatever keys are left.
            remaining = revoked;
            LOGGER.log(Level.WARNING, "{0}: the memory of a client cannot be deregistered now that its ports end: {1};"
                + " this is tried again after the client is told, and when this node leaves. The client must close the"
                + " memory windows that it has bound to the memory. Until then, other ports of the partner reach it",
                names, refused.getMessage());
        }
        memory = null;
    }

    private void closeRemaining() {
        if (remaining != null) {
            remaining.close();
            remaining = null;
        }
    }

    private void end(final QueuePair queuePair) {
        try {
            if (queuePair.isOpen()) {
                queuePair.modify(new QueuePairAttributes().state(QueuePairState.ERROR));
            }
        } catch (final VerbsException refused) {
            queuePair.close();
        } catch (final WrongThreadException confined) {
            // Must not keep the session from ending. The partner reaches nothing through it: the memory is revoked.
            LOGGER.log(Level.WARNING, "{0}: a client has confined the {1} of its port, which only that client''s thread"
                + " can end now: {2}", names, queuePair, confined.getMessage());
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        Closing.closeAll(List.<Runnable>of(
            this::fence,
            () -> Closing.closeAll(queuePairs, QueuePair::close),
            () -> Closing.closeAll(queues, CompletionQueue::close),
            () -> Closing.closeAll(ownRegions, MemoryRegion::close),
            this::closeRemaining), Runnable::run);
        closed = true;
        onClose.accept(this);
    }
}
