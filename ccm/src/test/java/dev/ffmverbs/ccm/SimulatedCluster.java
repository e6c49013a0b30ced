// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.Gid;
import dev.ffmverbs.ccm.internal.link.ClientGrant;
import dev.ffmverbs.ccm.internal.link.IncomingRequest;
import dev.ffmverbs.ccm.internal.link.LinkException;
import dev.ffmverbs.ccm.internal.link.PartnerAccess;
import dev.ffmverbs.ccm.internal.link.PartnerLink;
import dev.ffmverbs.ccm.internal.link.PartnerPath;
import dev.ffmverbs.ccm.internal.link.Rejections;
import dev.ffmverbs.ccm.internal.memory.BootStatusVariable;
import dev.ffmverbs.ccm.internal.memory.Mailbox;
import dev.ffmverbs.ccm.internal.memory.MailboxSlot;
import dev.ffmverbs.ccm.internal.trust.NodeIdentity;
import dev.ffmverbs.ccm.value.AttemptOutcome;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.BootPhase;
import dev.ffmverbs.ccm.value.LivenessThresholds;
import dev.ffmverbs.ccm.value.MemoryAddresses;
import dev.ffmverbs.ccm.value.PeerInformation;
import dev.ffmverbs.ccm.value.Rejection;
import dev.ffmverbs.ccm.value.SharedSecret;
import dev.ffmverbs.ccm.value.Timeouts;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Two nodes, A and B, in one thread, on a virtual clock, over memory that a test can break in any way. A session is
 * driven when something has happened to it or its time has come, and at no other time.
 */
final class SimulatedCluster {

    static final long MS = 1_000_000;

    private static final int MOST_TURNS_AT_A_TIME = 1_000;

    final Node a;
    final Node b;

    /** No packet gets through in either direction, on all paths or on one. Operations never complete. */
    boolean partitioned;
    final boolean[] pathsDown;

    /** Share of operations that never complete. */
    double lostShare;

    /** An accepted connection is established a millisecond later. */
    boolean slowToConnect;

    /** What is written arrives a millisecond later. */
    boolean slowToDeliver;

    /** What happens in the next millisecond. */
    final List<Runnable> later = new ArrayList<>();

    final Random random;
    private long nowNs = 1_000 * MS;

    SimulatedCluster(final long seed) {
        this(seed, 1);
    }

    /** Creates nodes that reach each other over several paths. */
    SimulatedCluster(final long seed, final int paths) {
        this.random = new Random(seed);
        this.pathsDown = new boolean[paths];
        this.a = new Node("A", "10.0.0.1");
        this.b = new Node("B", "10.0.0.2");
    }

    private static MemorySegment allocate(final long bytes) {
        return Arena.ofAuto().allocate(bytes, 64);
    }

    /** Advances the clock while nobody runs. */
    void jumpMs(final long ms) {
        nowNs += ms * MS;
    }

    void runMs(final long ms) {
        for (long passed = 0; passed < ms; passed++) {
            nowNs += MS;
            final List<Runnable> due = List.copyOf(later);
            later.clear();
            due.forEach(Runnable::run);
            a.step();
            b.step();
        }
    }

    /** Starts both nodes, and runs them until they have a session. */
    void establish() {
        a.start();
        b.start();
        runMs(200);
        assertEquals(List.of("up 1"), a.events.heard);
        assertEquals(List.of("up 1"), b.events.heard);
    }

    Node peerOf(final Node node) {
        return node == a ? b : a;
    }

    /** A node, through all its incarnations. */
    final class Node {
        final String name;
        final InetSocketAddress address;
        final RecordedEvents events = new RecordedEvents();
        final Mailbox mailbox = new Mailbox(
            allocate(Mailbox.LENGTH_BYTES), allocate(MailboxSlot.LONGEST_RECORD_BYTES));
        PartnerSession session;
        Partner partner;
        final ClientRegistry clients = new ClientRegistry(client -> Runnable::run, this::wakeUp);
        PeerInformation information;
        SharedSecret secret = SharedSecret.NONE;
        BootId bootId;
        BootPhase phase = BootPhase.INITIALIZING;
        Supplier<CompletableFuture<PartnerLink>> connects;

        /** The process does not run and its memory can be reached: SIGSTOP. */
        boolean stopped;

        /** What was created for clients, in all sessions. */
        final List<SimulatedGrant> grants = new ArrayList<>();

        /** How many of the next attempts to create ports, and to connect them, fail. */
        int failingPreparations;
        String causeOfFailure = "no port is left";
        int failingConnects;

        /** Thrown whenever the node looks into its mailbox; null to throw nothing. */
        Error mailboxError;

        /** Time between two beats of the counter. */
        long beatMs = 10;

        /** How often the session was driven, and since when nothing has been due. */
        int turns;
        LivenessThresholds thresholds = LivenessThresholds.defaults();

        /** Notifies, and is notified, that something was written into a mailbox. */
        boolean notifies = true;

        /** The listener; the recording alone unless a test sets something else. */
        NodeEventListener listener = events;
        private boolean woken;
        private long dueNs;

        BootStatusVariable status;
        private SimulatedConnection incoming;
        private long heartbeat;

        Node(final String name, final String address) {
            this.name = name;
            this.address = new InetSocketAddress(address, 7471);
            this.information = new PeerInformation(PeerInformation.PROTOCOL_VERSION,
                PeerInformation.MINIMUM_COMPATIBLE_VERSION, name, PeerInformation.FEATURE_CLIENTS, 10 * MS,
                Collections.nCopies(pathsDown.length, Gid.of(this.address.getAddress())), 1024);
        }

        /** Starts a new process: new memory, new boot id. */
        void start() {
            final Node peer = peerOf(this);
            bootId = BootId.random();
            phase = BootPhase.INITIALIZING;
            status = new BootStatusVariable(allocate(BootStatusVariable.LENGTH_BYTES), bootId, 1);
            publish();
            final PartnerAddress partnerAddress = new PartnerAddress(peer.name, peer.address);
            final NodeConfiguration configuration = new NodeConfiguration(name, List.of(address),
                List.of(partnerAddress), MemoryAddresses.defaults(), thresholds, Timeouts.defaults(), secret, 1);
            partner = new Partner(partnerAddress);
            session = new PartnerSession(partner,
                new LocalNode(configuration, new NodeIdentity(name, bootId, secret), () -> phase, listener,
                    () -> nowNs, clients, information, new Rejections(name, events::connectionRejected),
                    new AttemptPace()),
                IntStream.range(0, pathsDown.length).mapToObj(this::path).toList(), access(), random, this::wakeUp);
            woken = true;
        }

        /** Ends the process immediately: kill -9. */
        void kill() {
            endIncoming();
            session = null;
            status = null;
            stopped = false;
            grants.forEach(SimulatedGrant::close);
        }

        void publish() {
            heartbeat++;
            status.publish(phase, heartbeat);
        }

        private void step() {
            if (session != null && !stopped) {
                if (nowNs / MS % beatMs == 0) {
                    publish();
                }
                if (woken || nowNs - dueNs >= 0) {
                    turn();
                }
            }
        }

        /** Drives the session until it waits for something. */
        private void turn() {
            long delayNs = 0;
            for (int times = 0; delayNs == 0 || woken; times++) {
                assertTrue(times < MOST_TURNS_AT_A_TIME, name + " has something to do immediately, without end");
                woken = false;
                turns++;
                try {
                    delayNs = session.advance();
                } catch (final RuntimeException | Error e) {
                    session.handleFailure(e);
                    delayNs = 20 * MS;
                }
            }
            dueNs = nowNs + Math.min(delayNs, Long.MAX_VALUE / 2);
        }

        void wakeUp() {
            woken = true;
        }

        /** Whether there is a connection of the partner that has not been freed. */
        boolean hasIncoming() {
            return incoming != null;
        }

        /** Ends the partner's connection, as after a request whose answer was lost. */
        void loseIncoming() {
            incoming.end();
        }

        private void endIncoming() {
            if (incoming != null) {
                incoming.end();
                incoming = null;
            }
            mailbox.clear();
        }

        private PartnerPath path(final int index) {
            return new PartnerPath() {
                @Override
                public CompletableFuture<PartnerLink> connect() {
                    return Node.this.connect(index);
                }

                @Override
                public ClientGrant prepare(final int ports, final int queueDepth, final MemorySegment memory) {
                    if (failingPreparations > 0) {
                        failingPreparations--;
                        throw new IllegalStateException(causeOfFailure);
                    }
                    final SimulatedGrant grant = new SimulatedGrant(ports);
                    if (failingConnects > 0) {
                        failingConnects--;
                        grant.failure = new IllegalStateException("the partner was busy");
                    }
                    grants.add(grant);
                    return grant;
                }
            };
        }

        private CompletableFuture<PartnerLink> connect(final int path) {
            final Node peer = peerOf(this);
            if (connects != null) {
                return connects.get();
            }
            if (partitioned || pathsDown[path]) {
                return refused(AttemptOutcome.UNREACHABLE);
            }
            if (peer.session == null || peer.stopped) {
                return refused(AttemptOutcome.NOT_LISTENING);
            }
            final Request request = new Request(this, peer, path);
            peer.session.answer(request);
            peer.wakeUp();
            return request.answer;
        }

        private static CompletableFuture<PartnerLink> refused(final AttemptOutcome outcome) {
            return CompletableFuture.failedFuture(new LinkException(outcome, outcome.words(), null));
        }

        private PartnerAccess access() {
            return new PartnerAccess() {
                @Override
                public Mailbox mailbox() {
                    if (mailboxError != null) {
                        throw mailboxError;
                    }
                    return mailbox;
                }

                @Override
                public BootId connectedBootId() {
                    return incoming == null || incoming.isBroken() ? null : incoming.ownerBootId();
                }

                @Override
                public long maintain(final long now) {
                    if (incoming != null && incoming.isBroken()) {
                        incoming = null;
                    }
                    return Long.MAX_VALUE;
                }

                @Override
                public void revoke() {
                    endIncoming();
                }
            };
        }
    }

    private final class Request implements IncomingRequest {
        private final Node from;
        private final Node to;
        private final int path;
        private final CompletableFuture<PartnerLink> answer = new CompletableFuture<>();

        Request(final Node from, final Node to, final int path) {
            this.from = from;
            this.to = to;
            this.path = path;
        }

        @Override
        public String nodeName() {
            return from.name;
        }

        @Override
        public BootId bootId() {
            return from.bootId;
        }

        @Override
        public boolean isWithdrawn() {
            return false;
        }

        @Override
        public void accept(final long epoch) {
            to.endIncoming();
            final SimulatedConnection link = new SimulatedConnection(SimulatedCluster.this, from, to, path, epoch);
            to.incoming = link;
            if (slowToConnect) {
                later.add(() -> answer.complete(link));
            } else {
                answer.complete(link);
            }
        }

        @Override
        public void reject(final Rejection reason) {
            answer.completeExceptionally(new LinkException(AttemptOutcome.PARTNER_LEAVING, reason.name(), null));
        }
    }
}
