// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.value.BootPhase;
import dev.ffmverbs.ccm.value.HandshakeTimes;
import dev.ffmverbs.ccm.value.HeartbeatSummary;
import dev.ffmverbs.ccm.value.Liveness;
import dev.ffmverbs.ccm.value.TraceEntry;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** A partner of this node, and the state of its session. Thread-safe. */
public final class Partner {

    private final PartnerAddress address;

    /** A field of this object, so that those who are told of the partner learn its name whatever fails. */
    private final String name;
    private volatile PartnerState state;

    Partner(final PartnerAddress address) {
        this.address = address;
        this.name = address.name();
    }

    void follow(final PartnerState followed) {
        state = followed;
    }

    /**
     * The partner's name.
     *
     * @return as configured.
     */
    public String name() {
        return name;
    }

    /**
     * The partner's predetermined address and port on the first path.
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
        return Optional.ofNullable(state.session());
    }

    /**
     * How far the partner has booted, as the last READ of its boot-status variable showed.
     *
     * @return empty while there is no connection with it.
     */
    public Optional<BootPhase> bootPhase() {
        return Optional.ofNullable(state.bootPhase());
    }

    /**
     * The clients that the partner has told of in the present session.
     *
     * @return what they ask for; none while there is no session, or before its table has come.
     */
    public List<ClientRequirements> clients() {
        return state.clients();
    }

    /**
     * Which path the session uses, or was tried last.
     *
     * @return from 0, as they were configured.
     */
    public int path() {
        return state.path();
    }

    /**
     * The verdict on the partner.
     *
     * @return DEAD while there is no session.
     */
    public Liveness liveness() {
        return state.liveness();
    }

    /**
     * The handshake completed last.
     *
     * @return its times; empty when there was none.
     */
    public Optional<HandshakeTimes> handshake() {
        return Optional.ofNullable(state.handshake());
    }

    /**
     * The operations of all handshakes so far.
     *
     * @return in the order they were issued; of a very long history the latest part.
     */
    public List<TraceEntry> trace() {
        return state.trace().entries();
    }

    /**
     * The heartbeats so far.
     *
     * @return a snapshot.
     */
    public HeartbeatSummary heartbeats() {
        return state.heartbeats().summary();
    }

    @Override
    public String toString() {
        return address.name() + " (" + address.address() + ")";
    }
}
