// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.Device;
import dev.ffmverbs.ccm.internal.link.Interconnects;
import dev.ffmverbs.ccm.internal.link.PartnerPaths;
import dev.ffmverbs.ccm.internal.link.Rejections;
import dev.ffmverbs.ccm.internal.memory.BootStatusVariable;
import dev.ffmverbs.ccm.internal.thread.ClientThreads;
import dev.ffmverbs.ccm.internal.thread.NodeThread;
import dev.ffmverbs.ccm.internal.trust.NodeIdentity;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.BootPhase;
import dev.ffmverbs.ccm.value.PeerInformation;
import dev.ffmverbs.spi.AddressText;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * The parts of one node: creates them, and starts and ends them in order.
 *
 * <p>{@link ClusterConnectionManager} starts and leaves it once, and decides which caller may do so.
 */
final class NodeParts {

    private static final long LONGEST_WAIT_FOR_USERS_NS = TimeUnit.SECONDS.toNanos(2);

    /** A listener that takes longer for one event is named in the log. */
    private static final long LONG_DELIVERY_NS = TimeUnit.SECONDS.toNanos(10);

    private final NodeConfiguration configuration;
    private final Versions versions;
    private final BootId bootId = BootId.random();
    private final NodeIdentity identity;
    private final Rejections rejections;
    private final Interconnects interconnects;
    private final StatusPublisher publisher;
    private final EventQueue events;
    private final FlightRecording recording;
    private final ClientThreads clientThreads;
    private final ClientRegistry clients;
    private final SessionLoop loop;
    private final List<Partner> partners = new ArrayList<>();

    NodeParts(final NodeConfiguration configuration, final Versions versions, final NodeEventListener listener) {
        this.configuration = configuration;
        this.versions = versions;
        final String name = configuration.nodeName();
        identity = new NodeIdentity(name, bootId, configuration.secret());
        events = new EventQueue(listener, name);
        recording = new FlightRecording(name, events);
        rejections = new Rejections(name,
            (source, reason, detail) -> recording.on(new NodeEvent.ConnectionRejected(source, reason, detail)));
        interconnects = new Interconnects(
            identity, configuration.memory(), configuration.timeouts().connect(), rejections, versions.features());
        publisher = new StatusPublisher(
            new BootStatusVariable(interconnects.statusMemory(), bootId, configuration.generation()),
            configuration.liveness().interval().toNanos(), name);
        loop = new SessionLoop(name, System.getLogger(SessionLoop.class.getName()), interconnects,
            configuration.timeouts());
        clientThreads = new ClientThreads(name);
        clients = new ClientRegistry(clientThreads::threadOf, loop::wakeAll);
    }

    BootId bootId() {
        return bootId;
    }

    Rejections rejections() {
        return rejections;
    }

    StatusPublisher publisher() {
        return publisher;
    }

    ClientRegistry clients() {
        return clients;
    }

    /** Records an event, and queues it for the listener. */
    void report(final NodeEvent event) {
        recording.on(event);
    }

    /** The partners, in the order they were configured. */
    List<Partner> partners() {
        return List.copyOf(partners);
    }

    /** The time of the last turn of the session loop. */
    long lastTurnNs() {
        return loop.lastTurnNs();
    }

    /** Listens, registers memory and starts the threads that answer partners. If one part fails, all are undone. */
    void start(final List<Device> devices, final List<ClusterClient> firstClients) {
        boolean started = false;
        try {
            firstClients.forEach(clients::register);
            for (int i = 0; i < devices.size(); i++) {
                interconnects.add(devices.get(i), configuration.listenAddresses().get(i));
            }
            interconnects.listen(configuration.partners().size());
            interconnects.rehearse();
            addPartners();
            interconnects.admit(loop::submit);
            events.start();
            publisher.start(loop::lastTurnNs, loop::wakeUpAgain, this::checkThreads);
            loop.start();
            started = true;
        } finally {
            if (!started) {
                free(0);
            }
        }
    }

    private void addPartners() {
        final LocalNode shared = new LocalNode(
            configuration, identity, publisher::phase, recording, System::nanoTime, clients, information(),
            rejections, new AttemptPace());
        final RandomGenerator random = RandomGenerator.getDefault();
        for (final PartnerAddress address : configuration.partners()) {
            final Partner partner = new Partner(address);
            loop.add(address.name(), alarm -> {
                final PartnerPaths paths = interconnects.addPartner(address.name(), address.addresses(), alarm);
                return new PartnerSession(partner, shared, paths.paths(), paths, random, alarm);
            });
            partners.add(partner);
        }
    }

    private PeerInformation information() {
        return new PeerInformation(versions.protocol(), versions.minimumCompatible(), configuration.nodeName(),
            versions.features(), configuration.liveness().interval().toNanos(), interconnects.gids(),
            interconnects.mtuBytes());
    }

    /**
     * Warns of a listener that blocks, which it may. Returns what is wrong with a thread other than the session and
     * heartbeat threads; null if nothing is.
     */
    private String checkThreads() {
        events.warnIfBlocked(LONG_DELIVERY_NS);
        return !events.isWell() ? "the thread that calls its listener has ended or keeps failing"
            : !clientThreads.areWell() ? "a thread that calls a client has ended or keeps failing"
            : interconnects.canConnect() ? null : "its connection manager has ended: no partner can connect";
    }

    /** Publishes that the node leaves, and ends everything. Returns whether all partners have seen it. */
    boolean leave() {
        final long timeoutNs = Math.min(configuration.timeouts().leave().toNanos(), LONGEST_WAIT_FOR_USERS_NS);
        final boolean seen = loop.leave(() -> publisher.phase(BootPhase.LEAVING));
        free(timeoutNs);
        return seen;
    }

    /** Ends everything but the session loop. Waits for clients and listener no longer than the timeout. */
    private void free(final long timeoutNs) {
        attempt("stop listening", interconnects::stopListening);
        attempt("stop its heartbeat", publisher::stop);
        attempt("end its clients' threads", () -> clientThreads.close(timeoutNs));
        attempt("free what it has of its devices", interconnects::close);
        attempt("end the listener's thread", () -> events.stop(timeoutNs));
    }

    /** Performs one part of leaving. A failure does not prevent the other parts. */
    private void attempt(final String part, final Runnable action) {
        try {
            action.run();
        } catch (final RuntimeException | Error e) {
            NodeThread.report(() -> this + " is leaving, but could not " + part, e);
        }
    }

    @Override
    public String toString() {
        return "Node " + configuration.nodeName() + " (" + configuration.listenAddresses().stream().map(AddressText::of)
            .collect(Collectors.joining(", ")) + ", boot id " + bootId + ")";
    }
}
