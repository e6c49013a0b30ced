// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.value.LivenessThresholds;
import java.net.InetSocketAddress;
import java.time.Duration;

/** This machine's node in a test that runs on two machines. The test decides when to start and close it. */
final class TwoMachines implements AutoCloseable {

    final RecordedEvents events = new RecordedEvents();
    ClusterConnectionManager node;

    private final OtherMachine other;

    TwoMachines(final OtherMachine other) {
        this.other = other;
    }

    ClusterConnectionManager.Builder builder() {
        return builder(other.partnerAddress());
    }

    ClusterConnectionManager.Builder builder(final InetSocketAddress partner) {
        return ClusterConnectionManager.builder(other.device(), other.isFirst() ? "A" : "B", other.ownAddress())
            .partner(new PartnerAddress(other.isFirst() ? "B" : "A", partner)).listener(events)
            .liveness(LivenessThresholds.defaults().withInterval(Duration.ofMillis(20))).timeouts(TwoNodes.PATIENT);
    }

    /** Starts this machine's node with its clients, and waits until both nodes have the session. */
    TwoMachines start(final ClusterClient... clients) throws InterruptedException {
        final ClusterConnectionManager.Builder builder = builder();
        for (final ClusterClient client : clients) {
            builder.client(client);
        }
        return start(builder);
    }

    /** Starts this machine's node as built, and waits until both nodes have the session. */
    TwoMachines start(final ClusterConnectionManager.Builder builder) throws InterruptedException {
        node = builder.start();
        events.await("up 1", TwoNodes.LIMIT);
        other.meet("session");
        return this;
    }

    Partner partner() {
        return node.partners().getFirst();
    }

    /** Waits until the other machine has finished its checks, before this node closes. */
    void checked() {
        other.meet("checked");
    }

    @Override
    public void close() {
        if (node != null) {
            node.close();
        }
    }
}
