// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.cm.Connection;
import dev.ffmverbs.cm.ConnectionManager;
import dev.ffmverbs.cm.ConnectionParameters;
import dev.ffmverbs.cm.Listener;
import dev.ffmverbs.cm.LocalAddresses;
import dev.ffmverbs.spi.constants.WorkRequestOpcodes;
import dev.ffmverbs.spi.layout.SendRequestLayout;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Connects queue pairs of iWARP devices, which cannot be connected manually. */
final class ManagedEnds {

    private static final int TIMEOUT_SECONDS = 20;

    /** The number of the READ that follows a WRITE. */
    private static final long PLACEMENT = 0x9_1ACE;

    private ManagedEnds() {
    }

    /** Returns the first IPv4 address of a device. */
    static InetAddress address(final Context context) {
        return LocalAddresses.of(context).stream().filter(Inet4Address.class::isInstance).findFirst()
            .orElseThrow(() -> new IllegalStateException(context + " has no IPv4 address"));
    }

    /** Connects two queue pairs unless they are connected. Each side closes what belongs to it. */
    static void connect(
        final ConnectedPair.Side side, final QueuePair own, final ConnectedPair.Side peer, final QueuePair peers) {
        if (own.state() == QueuePairState.READY_TO_SEND && peers.state() == QueuePairState.READY_TO_SEND) {
            return;
        }
        final ConnectionParameters parameters = ConnectionParameters.defaults();
        final BlockingQueue<Connection> accepted = new LinkedBlockingQueue<>();
        final ConnectionManager accepting = peer.opens(ConnectionManager.open(peer.context));
        final ConnectionManager connecting = side.opens(ConnectionManager.open(side.context));
        try (Listener listener = accepting.listen(new InetSocketAddress(address(peer.context), 0), 1,
            request -> accepted.add(peer.opens(request.accept(peers, parameters))))) {
            side.opens(connecting.connect(new InetSocketAddress(address(side.context), 0), listener.localAddress(), own,
                parameters, Duration.ofSeconds(TIMEOUT_SECONDS)));
            accepted.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS).whenEstablished().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (final Exception e) {
            throw new AssertionError("cannot connect " + own + " to " + peers, e);
        }
    }

    static boolean isWrite(final SendRequest request) {
        return request.memory().get(ValueLayout.JAVA_INT, SendRequestLayout.OPCODE) == WorkRequestOpcodes.RDMA_WRITE;
    }

    /**
     * Waits until the peer has placed what this side wrote, or the connection has ended. A WRITE is complete when TCP
     * has it. The peer answers a READ only after everything before it.
     */
    static void awaitPlacement(final ConnectedPair.Side side) {
        try {
            side.post(EmptyRequests.read(side.context.device()).workRequestId(PLACEMENT));
        } catch (final VerbsException ended) {
            return;
        }
        final WorkCompletions taken = WorkCompletions.allocate(1);
        final long startNs = System.nanoTime();
        boolean ended = false;
        while (side.queue.poll(taken) == 0) {
            if (ended) {
                return;
            }
            ended = side.queuePair.state() == QueuePairState.ERROR;
            if (System.nanoTime() - startNs > TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS)) {
                throw new AssertionError("the peer of " + side.queuePair + " does not answer");
            }
            Thread.onSpinWait();
        }
        if (taken.workRequestId(0) != PLACEMENT) {
            throw new AssertionError("another completion than that of the READ: " + taken);
        }
    }
}
