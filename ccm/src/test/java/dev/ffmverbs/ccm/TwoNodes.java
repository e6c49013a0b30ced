// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.value.LivenessThresholds;
import dev.ffmverbs.ccm.value.Timeouts;
import java.net.InetSocketAddress;
import java.time.Duration;

/** Two nodes, A and B, on devices. The test decides when to start and close each of them. */
final class TwoNodes implements AutoCloseable {

    static final Duration LIMIT = Duration.ofSeconds(60);

    /** Long enough that nothing ends early on a machine that lets a thread wait for a second or two. */
    static final Timeouts PATIENT =
        new Timeouts(Duration.ofSeconds(10), Duration.ofSeconds(5), Duration.ofSeconds(5));

    final RecordedEvents eventsA = new RecordedEvents();
    final RecordedEvents eventsB = new RecordedEvents();
    final InetSocketAddress addressA;
    final InetSocketAddress addressB;
    ClusterConnectionManager a;
    ClusterConnectionManager b;

    private final NodePair pair;

    TwoNodes(final NodePair pair) {
        pair.require();
        this.pair = pair;
        addressA = pair.endpointA();
        addressB = pair.endpointB();
    }

    ClusterConnectionManager.Builder builderA() {
        return builderA(new PartnerAddress("B", addressB));
    }

    ClusterConnectionManager.Builder builderA(final PartnerAddress partner) {
        return ClusterConnectionManager.builder(pair.deviceA(), "A", addressA).partner(partner).listener(eventsA)
            .liveness(LivenessThresholds.defaults().withInterval(Duration.ofMillis(20))).timeouts(PATIENT);
    }

    ClusterConnectionManager.Builder builderB() {
        return ClusterConnectionManager.builder(pair.deviceB(), "B", addressB)
            .partner(new PartnerAddress("A", addressA)).listener(eventsB)
            .liveness(LivenessThresholds.defaults().withInterval(Duration.ofMillis(20))).timeouts(PATIENT);
    }

    /** Starts both nodes, each with its clients. */
    TwoNodes start(final ClusterClient clientOfA, final ClusterClient clientOfB) {
        b = builderB().client(clientOfB).start();
        a = builderA().client(clientOfA).start();
        return this;
    }

    /** Starts both nodes without clients, and waits for the session. */
    TwoNodes start() throws InterruptedException {
        b = builderB().start();
        a = builderA().start();
        awaitSession();
        return this;
    }

    void awaitSession() throws InterruptedException {
        eventsA.await("up 1", LIMIT);
        eventsB.await("up 1", LIMIT);
    }

    Partner partnerOfA() {
        return a.partners().getFirst();
    }

    @Override
    public void close() {
        if (a != null) {
            a.close();
        }
        if (b != null) {
            b.close();
        }
    }
}
