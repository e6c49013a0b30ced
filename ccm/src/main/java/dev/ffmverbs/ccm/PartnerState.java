// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.internal.handshake.HandshakeTrace;
import dev.ffmverbs.ccm.internal.liveness.HeartbeatStatistics;
import dev.ffmverbs.ccm.value.BootPhase;
import dev.ffmverbs.ccm.value.HandshakeTimes;
import dev.ffmverbs.ccm.value.Liveness;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What is known about one partner. The session thread writes it, and any thread reads it through {@link Partner}.
 *
 * <p>It does not refer to the state machines that fill it, so neither does the public {@link Partner}.
 */
final class PartnerState {

    private final HandshakeTrace trace;
    private final HeartbeatStatistics heartbeats;
    private final BooleanSupplier connected;
    private final Supplier<List<ClientRequirements>> clients;

    private volatile Session session;
    private volatile Liveness liveness = Liveness.DEAD;
    private volatile HandshakeTimes handshake;
    private volatile BootPhase bootPhase;
    private volatile int path;

    /**
     * Creates the state of a partner without a session.
     *
     * @param trace      the operations of all handshakes.
     * @param heartbeats the heartbeats.
     * @param connected  whether a link to the partner is in use.
     * @param clients    what the partner's clients ask for.
     */
    PartnerState(
        final HandshakeTrace trace, final HeartbeatStatistics heartbeats, final BooleanSupplier connected,
        final Supplier<List<ClientRequirements>> clients) {
        this.trace = trace;
        this.heartbeats = heartbeats;
        this.connected = connected;
        this.clients = clients;
    }

    HandshakeTrace trace() {
        return trace;
    }

    HeartbeatStatistics heartbeats() {
        return heartbeats;
    }

    List<ClientRequirements> clients() {
        return clients.get();
    }

    /** The current session; null while there is none. */
    Session session() {
        return session;
    }

    /** The verdict on the partner; DEAD while there is no session. */
    Liveness liveness() {
        return liveness;
    }

    /** The times of the last completed handshake; null if there was none. */
    HandshakeTimes handshake() {
        return handshake;
    }

    /** How far the partner has booted, as last read; null while no link to it is in use. */
    BootPhase bootPhase() {
        return connected.getAsBoolean() ? bootPhase : null;
    }

    int path() {
        return path;
    }

    void noteHandshake(final HandshakeTimes times, final int overPath, final BootPhase phase) {
        handshake = times;
        path = overPath;
        bootPhase = phase;
    }

    void noteBootPhase(final BootPhase phase) {
        bootPhase = phase;
    }

    void noteLiveness(final Liveness verdict) {
        liveness = verdict;
    }

    void beginSession(final Session begun) {
        liveness = Liveness.ALIVE;
        session = begun;
    }

    void endSession() {
        session = null;
        liveness = Liveness.DEAD;
    }
}
