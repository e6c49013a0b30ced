// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import dev.ffmverbs.QueuePair;
import dev.ffmverbs.ccm.internal.memory.ClientEntry.PortNumbers;
import dev.ffmverbs.ccm.internal.thread.Completions;
import dev.ffmverbs.ccm.internal.trust.NodeIdentity;
import dev.ffmverbs.ccm.internal.trust.Proof;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.cm.Connection;
import dev.ffmverbs.cm.ConnectionException;
import dev.ffmverbs.cm.ConnectionParameters;
import dev.ffmverbs.cm.ConnectionRequest;
import dev.ffmverbs.spi.Closing;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The connections of a client's queue pairs, on devices whose queue pairs only a connection manager connects. Of two
 * nodes, the one whose name comes first connects, and the other accepts. Thread-safe.
 */
final class ManagedPorts {

    private static final int READS = 4;

    private final Interconnect interconnect;
    private final String partner;
    private final InetSocketAddress address;
    private final boolean connects;

    /** The queue pairs by their numbers, in order, each with its connection once there is one. */
    private final Map<Integer, CompletableFuture<Connection>> ports = new LinkedHashMap<>();
    private final Map<Integer, QueuePair> queuePairs = new LinkedHashMap<>();
    private final List<Connection> accepted = new ArrayList<>();
    private boolean ended;

    /**
     * Creates the ports of one client with one partner.
     *
     * @param interconnect this node on the device.
     * @param partner      the partner's name.
     * @param address      the partner's address and port on the device.
     */
    ManagedPorts(final Interconnect interconnect, final String partner, final InetSocketAddress address) {
        this.interconnect = interconnect;
        this.partner = partner;
        this.address = address;
        this.connects = interconnect.identity().name().compareTo(partner) < 0;
    }

    private static ConnectionParameters parameters() {
        return ConnectionParameters.defaults().withReads(READS, READS);
    }

    /** Prepares for the connection of a queue pair, before the partner learns its number. */
    synchronized void expect(final QueuePair queuePair) {
        queuePairs.put(queuePair.number(), queuePair);
        ports.put(queuePair.number(), new CompletableFuture<>());
        interconnect.ports().put(queuePair.number(), this);
    }

    /** Passes a request to the ports that have the queue pair. Rejects it if there are none. */
    static void accept(
        final ManagedPorts ports, final ConnectionRequest request, final String from, final int number) {
        if (ports == null) {
            request.reject(new byte[0]);
        } else {
            ports.accept(request, from, number);
        }
    }

    /** Accepts the connection of a queue pair. Rejects it if there is none to accept. */
    private synchronized void accept(final ConnectionRequest request, final String from, final int number) {
        final CompletableFuture<Connection> port = ports.get(number);
        if (ended || connects || !from.equals(partner) || port == null || port.isDone()) {
            request.reject(new byte[0]);
            return;
        }
        final Connection connection = request.accept(queuePairs.get(number), parameters());
        accepted.add(connection);
        Completions.follow(connection.whenEstablished(), connection.toString(), (nothing, failure) -> {
            if (failure == null) {
                port.complete(connection);
            } else {
                port.completeExceptionally(failure);
            }
        });
    }

    /**
     * Connects all queue pairs with those of the partner, and waits until they are connected.
     *
     * @param partnerPorts the partner's queue pairs, as many as there are here.
     * @throws ConnectionException   if one is not connected in time.
     * @throws IllegalStateException if the ports have ended.
     */
    void connect(final List<PortNumbers> partnerPorts) {
        final List<CompletableFuture<Connection>> all = connects ? begin(partnerPorts) : attempts();
        try {
            CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                .orTimeout(interconnect.connectTimeout().toNanos(), TimeUnit.NANOSECONDS).join();
        } catch (final CancellationException e) {
            throw new IllegalStateException("these ports have ended", e);
        } catch (final CompletionException e) {
            throw e.getCause() instanceof ConnectionException refused ? refused
                : new IllegalStateException("the ports with " + partner + " are not connected", e.getCause());
        }
    }

    private synchronized List<CompletableFuture<Connection>> attempts() {
        return List.copyOf(ports.values());
    }

    private synchronized List<CompletableFuture<Connection>> begin(final List<PortNumbers> partnerPorts) {
        if (ended) {
            throw new IllegalStateException("these ports have ended");
        }
        int index = 0;
        for (final Map.Entry<Integer, CompletableFuture<Connection>> port : ports.entrySet()) {
            port.setValue(interconnect.connections().connectAsync(interconnect.anyLocalPort(), address,
                queuePairs.get(port.getKey()), parameters().withPrivateData(encodeGreeting(partnerPorts.get(index))),
                interconnect.connectTimeout()));
            index++;
        }
        return attempts();
    }

    private byte[] encodeGreeting(final PortNumbers partnerPort) {
        final NodeIdentity self = interconnect.identity();
        final byte[] proof = self.prove(Proof.Role.PORT, partner, BootId.NONE);
        return new PortGreeting(NodeNumber.of(self.name()), partnerPort.queuePair(), self.bootId(),
            ByteBuffer.wrap(proof, 0, Proof.SHORT_BYTES).slice()).encode();
    }

    /** Ends every connection, and every attempt. On return the queue pairs can be closed. */
    synchronized void end() {
        ended = true;
        Closing.closeAll(List.<Runnable>of(
            () -> Closing.closeAll(ports.keySet(), interconnect.ports()::remove),
            () -> end(ports.values(), Connection::close),
            () -> Closing.closeAll(accepted, Connection::close)), Runnable::run);
    }

    /** Ends attempts, and closes the results of those that have succeeded, one by one, each although another fails. */
    static <C> void end(final Collection<? extends CompletableFuture<C>> attempts, final Consumer<? super C> close) {
        Closing.closeAll(attempts, attempt -> {
            attempt.cancel(true);
            if (attempt.state() == Future.State.SUCCESS) {
                close.accept(attempt.resultNow());
            }
        });
    }
}
