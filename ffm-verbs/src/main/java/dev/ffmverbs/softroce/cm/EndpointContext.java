// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.softroce.cm.message.ManagementMessage;
import dev.ffmverbs.spi.RejectReason;
import java.net.Inet4Address;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;

/**
 * The state that all endpoints of a communication manager share: its settings and counters, the table of endpoints,
 * their timers, and the calls to the device that wait until the lock is released.
 *
 * <p>Guarded by the communication manager's lock. Any thread may read the settings, and request new transaction ids and
 * packet sequence numbers.
 */
final class EndpointContext {

    private static final int PSN_BOUND = 1 << 24;

    private final ManagementDevice device;
    private final CommunicationSettings settings;
    private final SecureRandom random;
    private final CommunicationCounters counters;
    private final long guid;
    private final EndpointTable endpoints = new EndpointTable();
    private final Map<Integer, OwnResolution> resolutions = new HashMap<>();
    private final TimerQueue timers = new TimerQueue();
    private final RejectedRequests rejectedRequests = new RejectedRequests();
    private final SourceBudgets budgets;

    /** Calls to the device, which may take its own locks. */
    private final Queue<Runnable> deviceCalls = new ArrayDeque<>();

    EndpointContext(
        final ManagementDevice device, final CommunicationSettings settings, final SecureRandom random,
        final CommunicationCounters counters) {
        this.device = device;
        this.settings = settings;
        this.random = random;
        this.counters = counters;
        this.guid = device.guid();
        this.budgets = new SourceBudgets(random.nextLong(), device.nanoTime());
    }

    CommunicationSettings settings() {
        return settings;
    }

    /** Returns the identifier of this device, by which a peer recognizes which device gives up. */
    long guid() {
        return guid;
    }

    EndpointTable endpoints() {
        return endpoints;
    }

    TimerQueue timers() {
        return timers;
    }

    /** Returns the rejections of requests that are sent again if the request comes again. */
    RejectedRequests rejectedRequests() {
        return rejectedRequests;
    }

    SourceBudgets budgets() {
        return budgets;
    }

    long newTransactionId() {
        return random.nextLong();
    }

    /** Returns an unpredictable id that no endpoint and no request for datagrams has. */
    int newLocalId() {
        int id = endpoints.newLocalId(random);
        while (resolutions.containsKey(id)) {
            id = endpoints.newLocalId(random);
        }
        return id;
    }

    /** Returns the requests of this device for queue pairs for datagrams, by their ids. */
    Map<Integer, OwnResolution> resolutions() {
        return resolutions;
    }

    int newStartingPsn() {
        return random.nextInt(PSN_BOUND);
    }

    void count(final CommunicationCounter counter) {
        counters.increment(counter);
    }

    /** Sends a message that belongs to no connection once the lock is released. */
    void send(final Inet4Address peer, final ManagementMessage message) {
        send(peer, 0, message);
    }

    /** Sends a message with a traffic class once the lock is released. */
    void send(final Inet4Address peer, final int trafficClass, final ManagementMessage message) {
        deviceCalls.add(() -> {
            counters.increment(CommunicationCounter.SENT);
            device.send(peer, trafficClass, message.datagram());
        });
    }

    /** Rejects a request or reply whose queue pair was in another connection until now. */
    void rejectAsStale(final Inet4Address peer, final ManagementMessage message) {
        count(CommunicationCounter.REFUSED_STALE);
        send(peer, Messages.refusal(message, RejectReason.STALE_CONNECTION));
    }

    /**
     * Makes a connected queue pair of this device probe its peer once the lock is released. When the peer answers,
     * {@link ConnectionEndpoint#onSignOfLife} is called.
     */
    void probe(final int queuePair) {
        deviceCalls.add(() -> device.probe(queuePair));
    }

    /** Files an endpoint that is new, or about to enter a state. Doing so again after a failure does the rest. */
    void file(final ConnectionEndpoint endpoint, final EndpointState state) {
        endpoints.file(endpoint, state);
        if (state == EndpointState.ESTABLISHED) {
            budgets.makeKnown(endpoint.peer(), device.nanoTime());
        }
    }

    /** Removes and returns the next call to the device, to be made once the lock is released; null if none is left. */
    Runnable pollDeviceCall() {
        return deviceCalls.poll();
    }
}
