// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.handshake.HandshakeTimes;
import dev.ffmverbs.ccm.handshake.TraceEntry;
import dev.ffmverbs.ccm.liveness.HeartbeatSummary;
import dev.ffmverbs.ccm.liveness.Liveness;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** A partner of this node, and how things stand with it. Thread-safe. */
public final class Partner {

    private final PartnerAddress address;
    private volatile PartnerSession progress;

    Partner(final PartnerAddress address) {
        this.address = address;
    }

    void follow(final PartnerSession session) {
        progress = session;
    }

    /**
     * The partner's name.
     *
     * @return as configured.
     */
    public String name() {
        return address.name();
    }

    /**
     * The partner's predetermined address and port.
     *
     * @return as configured.
     */
    public InetSocketAddress address() {
        return address.address();
    }

    /**
     * The present session.
     *
     * @return empty while there is none.
     */
    public Optional<Session> session() {
        return Optional.ofNullable(progress.session());
    }

    /**
     * What is thought of the partner.
     *
     * @return DEAD while there is no session.
     */
    public Liveness liveness() {
        return progress.liveness();
    }

    /**
     * The handshake completed last.
     *
     * @return its times; empty when there was none.
     */
    public Optional<HandshakeTimes> handshake() {
        return Optional.ofNullable(progress.handshakeTimes());
    }

    /**
     * The operations of all handshakes so far.
     *
     * @return in the order they were issued; of a very long history the latest part.
     */
    public List<TraceEntry> trace() {
        return progress.trace().entries();
    }

    /**
     * The heartbeats so far.
     *
     * @return a snapshot.
     */
    public HeartbeatSummary heartbeats() {
        return progress.statistics().summary();
    }

    @Override
    public String toString() {
        return address.name() + " (" + address.address() + ")";
    }
}
