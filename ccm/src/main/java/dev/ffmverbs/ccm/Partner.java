// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.value.BootPhase;
import dev.ffmverbs.ccm.value.HandshakeTimes;
import dev.ffmverbs.ccm.value.HeartbeatSummary;
import dev.ffmverbs.ccm.value.Liveness;
import dev.ffmverbs.ccm.value.TraceEntry;
import dev.ffmverbs.spi.AddressText;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** A partner of this node, and the state of its session. Thread-safe. */
public final class Partner {

    private final PartnerAddress address;

    /**
     * A field of this object, so that everybody who is notified about the partner can read its name no matter what
     * fails.
     */
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
     * Returns the partner's name.
     *
     * @return as configured.
     */
    public String name() {
        return name;
    }

    /**
     * Returns the partner's predetermined address and port on the first path.
     *
     * @return as configured.
     */
    public InetSocketAddress address() {
        return address.address();
    }

    /**
     * Returns the current session.
     *
     * @return empty while there is none.
     */
    public Optional<Session> session() {
        return Optional.ofNullable(state.session());
    }

    /**
     * Returns how far the partner has booted, as the last READ of its boot-status variable showed.
     *
     * @return empty while there is no connection with it.
     */
    public Optional<BootPhase> bootPhase() {
        return Optional.ofNullable(state.bootPhase());
    }

    /**
     * Returns the partner's clients, as published in the current session.
     *
     * @return what they ask for; empty while there is no session, or before the partner's table has arrived.
     */
    public List<ClientRequirements> clients() {
        return state.clients();
    }

    /**
     * Returns the path that the session uses, or the one tried last.
     *
     * @return index from 0, in the order of configuration.
     */
    public int path() {
        return state.path();
    }

    /**
     * Returns the liveness verdict on the partner.
     *
     * @return DEAD while there is no session.
     */
    public Liveness liveness() {
        return state.liveness();
    }

    /**
     * Returns the last completed handshake.
     *
     * @return its times; empty if there was none.
     */
    public Optional<HandshakeTimes> handshake() {
        return Optional.ofNullable(state.handshake());
    }

    /**
     * Returns the operations of all handshakes so far.
     *
     * @return the operations in the order they were issued; only the latest ones of a very long history.
     */
    public List<TraceEntry> trace() {
        return state.trace().entries();
    }

    /**
     * Returns statistics of the heartbeats so far.
     *
     * @return a snapshot.
     */
    public HeartbeatSummary heartbeats() {
        return state.heartbeats().summary();
    }

    @Override
    public String toString() {
        return name + " (" + AddressText.of(address.address()) + ")";
    }
}
