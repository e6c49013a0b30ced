// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.transport.ConnectionState;
import dev.ffmverbs.softroce.transport.ReceiveAttributes;
import dev.ffmverbs.softroce.transport.ReceiveQueue;
import dev.ffmverbs.softroce.transport.ReliableConnection;
import dev.ffmverbs.softroce.transport.SendAttributes;
import dev.ffmverbs.softroce.transport.SendQueue;
import dev.ffmverbs.softroce.wire.UdpPath;
import dev.ffmverbs.spi.constants.CompletionStatuses;
import dev.ffmverbs.spi.constants.SendFlags;
import dev.ffmverbs.spi.constants.WorkRequestOpcodes;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** A queue pair of a port. Its owner and its completion queue throw errors that a test sets. */
final class AttachedQueuePair implements QueuePairOwner, AutoCloseable {

    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(20);

    final Port port;
    final SendQueue sends;
    final ReceiveQueue receives;
    final List<Integer> statuses = new CopyOnWriteArrayList<>();
    final List<Integer> events = new CopyOnWriteArrayList<>();
    final PortQueuePair place;
    private final ReliableConnection connection;
    private final Arena arena = Arena.ofShared();

    /** The error that a completion throws after it is recorded, or null. */
    volatile Supplier<? extends Throwable> thrownByCompletion;
    /** The error that the owner throws before an event is recorded, and how often it does. */
    volatile Supplier<? extends Throwable> thrownByEvent;
    volatile int eventFailures;
    volatile Supplier<? extends Throwable> thrownByPacket;

    AttachedQueuePair(final Port port) {
        this.port = port;
        this.sends = new SendQueue(arena, 16, 1, 0);
        this.receives = new ReceiveQueue(arena, 16, 1, false);
        this.place = port.add(this, number -> new ReliableConnection(arena, number, 1, port.transport(), sends,
            receives, this::complete, this::complete, true));
        this.connection = (ReliableConnection) place.service();
    }

    private void complete(
        final long workRequestId, final int status, final int vendorError, final int operation, final int byteLength,
        final int immediate, final int flags, final int queuePair, final boolean solicited) {
        statuses.add(status);
        throwIfAny(thrownByCompletion);
    }

    private static void throwIfAny(final Supplier<? extends Throwable> thrown) {
        if (thrown != null) {
            AttachedQueuePair.<RuntimeException>sneak(thrown.get());
        }
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void sneak(final Throwable thrown) throws E {
        throw (E) thrown;
    }

    @Override
    public void onEvent(final int type) {
        if (eventFailures > 0) {
            eventFailures--;
            throwIfAny(thrownByEvent);
        }
        events.add(type);
    }

    @Override
    public void onPacketProcessed() {
        throwIfAny(thrownByPacket);
    }

    void connect(final AttachedQueuePair peer) {
        final LocalAddress local = port.local();
        final UdpPath path =
            new UdpPath(local.ip().ipv4(), local.udpPort(), peer.port.local().ip().ipv4(), peer.port.local().udpPort());
        port.lock();
        try {
            connection.initialize(0);
            connection.readyToReceive(
                new ReceiveAttributes(path, 1024, peer.connection.number(), 7, 4, 1));
            connection.readyToSend(new SendAttributes(7, 14, 6, 6, 4));
        } finally {
            port.unlock();
        }
    }

    /** Posts an empty receive. */
    void postReceive() {
        final long slot = receives.claim();
        receives.request(slot, 1);
        receives.publish();
    }

    /** Posts an empty SEND. */
    void postSend() {
        final long slot = sends.claim();
        sends.request(slot, 1, WorkRequestOpcodes.SEND, SendFlags.SIGNALED, 0);
        if (!sends.publish(slot)) {
            throw new AssertionError("the SEND is not valid");
        }
        port.sendPosted(place);
    }

    ConnectionState state() {
        return connection.state();
    }

    /** Sends to the peer and waits until both ends have completed. Only the ports' threads do the work. */
    void exchange(final AttachedQueuePair peer) {
        final int before = statuses.size();
        final int peerBefore = peer.statuses.size();
        peer.postReceive();
        postSend();
        until("completions of an exchange", () -> statuses.size() > before && peer.statuses.size() > peerBefore);
        if (statuses.get(before) != CompletionStatuses.SUCCESS) {
            throw new AssertionError("an exchange completed with status " + statuses.get(before));
        }
    }

    static void until(final String what, final BooleanSupplier reached) {
        final long startNs = System.nanoTime();
        while (!reached.getAsBoolean()) {
            if (System.nanoTime() - startNs > LIMIT_NS) {
                throw new AssertionError("not within 20 s: " + what);
            }
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        port.remove(place);
        arena.close();
    }
}
