// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.softroce.cm.message.AddressHeader;
import dev.ffmverbs.softroce.cm.message.ManagementMessage;
import dev.ffmverbs.softroce.cm.message.MessageType;
import dev.ffmverbs.softroce.cm.message.ResolutionFields;
import dev.ffmverbs.softroce.cm.message.ServiceId;
import dev.ffmverbs.spi.Closing;
import dev.ffmverbs.spi.ResolutionStatus;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The services for datagrams of a device: asks peers for their queue pairs, and tells peers those of this device (IBTA
 * volume 1, "Service ID Resolution Protocol", as {@code cm.c} has it).
 *
 * <p>Nothing is kept of a request that was answered. If the answer is lost, the peer asks again, and so does the
 * application's listener get it again. What a stranger costs is bounded by its {@link SourceBudgets} and the backlogs
 * of the listeners.
 *
 * <p>Thread-safe, except what is said to be called under the lock.
 */
final class DatagramServices {

    private final ManagementDevice device;
    private final EndpointContext context;
    private final CommunicationLock lock;

    /** Guarded by the lock, as is the next field. */
    private final Map<Integer, DatagramListener> listeners = new HashMap<>();

    /** The requests that wait for an answer, by peer and its request id. */
    private final Map<PeerKey, PeersResolution> unanswered = new HashMap<>();

    DatagramServices(final ManagementDevice device, final EndpointContext context, final CommunicationLock lock) {
        this.device = device;
        this.context = context;
        this.lock = lock;
    }

    ManagementDevice device() {
        return device;
    }

    /** Adds a listener. Returns false if the port number already has one. */
    boolean listen(final int portNumber, final DatagramListener listener) {
        lock.lock();
        try {
            return listeners.putIfAbsent(portNumber, listener) == null;
        } finally {
            lock.unlock();
        }
    }

    void stopListening(final int portNumber, final DatagramListener listener) {
        lock.lock();
        try {
            listeners.remove(portNumber, listener);
        } finally {
            lock.unlock();
        }
    }

    /** Ends everything, because the device is about to close. Called under the lock. */
    void end() {
        listeners.clear();
        unanswered.clear();
        Closing.closeAll(List.copyOf(context.resolutions().values()), OwnResolution::abandon);
    }

    /** Asks a peer for a queue pair. The owner receives the request first, and must abandon it if this fails. */
    void resolve(
        final InetSocketAddress local, final InetSocketAddress remote, final byte[] privateData,
        final int trafficClass, final EndpointObserver observer, final Consumer<OwnResolution> owner) {
        final InetAddress peer = remote.getAddress();
        final ManagementMessage request =
            Messages.resolutionRequest(local, remote, privateData, context.newTransactionId());
        final long nowNs = device.nanoTime();
        lock.lock();
        try {
            context.budgets().makeKnown(peer, nowNs);
            final OwnResolution resolution = new OwnResolution(
                context, peer, trafficClass, request.set(ResolutionFields.REQUEST_ID, context.newLocalId()), observer);
            owner.accept(resolution);
            resolution.start(nowNs);
        } finally {
            lock.unlock();
        }
    }

    void abandon(final OwnResolution resolution) {
        lock.lock();
        try {
            resolution.abandon();
        } finally {
            lock.unlock();
        }
    }

    /** Tells a peer a queue pair. Returns false if its request was answered before. */
    boolean accept(
        final PeersResolution resolution, final int queuePair, final int queueKey, final byte[] privateData) {
        return answer(resolution, Messages.resolutionReply(resolution.request(), ResolutionStatus.VALID)
            .set(ResolutionFields.QUEUE_PAIR, queuePair).set(ResolutionFields.QUEUE_KEY, queueKey)
            .setPrivateData(0, privateData));
    }

    /** Refuses a peer's request. Returns false if it was answered before. */
    boolean reject(final PeersResolution resolution, final byte[] privateData) {
        return answer(resolution, Messages.resolutionReply(resolution.request(), ResolutionStatus.REJECTED)
            .setPrivateData(0, privateData));
    }

    private boolean answer(final PeersResolution resolution, final ManagementMessage reply) {
        lock.lock();
        try {
            if (!unanswered.remove(key(resolution), resolution)) {
                return false;
            }
            context.send(resolution.peer(), reply);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private static PeerKey key(final PeersResolution resolution) {
        return PeerKey.of(resolution.peer(), resolution.request().get(ResolutionFields.REQUEST_ID));
    }

    /** Handles a message of this protocol. Called under the lock. */
    void handle(final MessageType type, final InetAddress source, final ByteBuffer datagram, final long nowNs) {
        if (type == MessageType.RESOLUTION_REPLY) {
            handleReply(source, ManagementMessage.parse(datagram));
            return;
        }
        final DatagramListener listener =
            listeners.get(ServiceId.datagramPortNumber(ManagementMessage.serviceIdOf(datagram)));
        final SourceBudgets budgets = context.budgets();
        if (listener == null ? budgets.takeAnswer(source, nowNs)
            : budgets.takeRequest(source, ManagementMessage.localIdOf(datagram), nowNs)) {
            handleRequest(source, ManagementMessage.parse(datagram), listener);
        } else {
            context.count(CommunicationCounter.DROPPED_BUDGET);
        }
    }

    private void handleReply(final InetAddress source, final ManagementMessage reply) {
        final OwnResolution resolution = context.resolutions().get(reply.get(ResolutionFields.REQUEST_ID));
        if (resolution == null) {
            context.count(CommunicationCounter.DROPPED_UNKNOWN);
        } else {
            resolution.handle(source, reply);
        }
    }

    private void handleRequest(
        final InetAddress source, final ManagementMessage request, final DatagramListener listener) {
        final PeersResolution resolution = new PeersResolution(source, request);
        final AddressHeader addresses = AddressHeader.read(request);
        if (listener == null) {
            refuse(CommunicationCounter.REFUSED_NO_LISTENER, resolution, ResolutionStatus.UNSUPPORTED_SERVICE);
        } else if (addresses == null || !addresses.source().equals(source)
            || !addresses.destination().equals(device.localAddress())) {
            refuse(CommunicationCounter.REFUSED_INVALID, resolution, ResolutionStatus.REJECTED);
        } else if (unanswered.containsKey(key(resolution))) {
            context.count(CommunicationCounter.DUPLICATES);
        } else {
            offer(resolution, addresses, listener);
        }
    }

    private void refuse(final CommunicationCounter counter, final PeersResolution resolution, final int status) {
        context.count(counter);
        context.send(resolution.peer(), Messages.resolutionReply(resolution.request(), status));
    }

    private void offer(
        final PeersResolution resolution, final AddressHeader addresses, final DatagramListener listener) {
        boolean taken = false;
        try {
            unanswered.put(key(resolution), resolution);
            taken = listener.offer(resolution, addresses);
        } finally {
            if (!taken) {
                unanswered.remove(key(resolution), resolution);
                context.count(CommunicationCounter.DROPPED_BACKLOG);
            }
        }
    }

    /** Returns how many requests wait for an answer of a peer, or of the application. */
    int waitingCount() {
        lock.lockToRead();
        try {
            return unanswered.size() + context.resolutions().size();
        } finally {
            lock.unlockAfterReading();
        }
    }

    @Override
    public String toString() {
        return "DatagramServices of " + device.deviceName();
    }
}
