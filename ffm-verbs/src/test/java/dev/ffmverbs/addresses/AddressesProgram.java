// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.addresses;

import dev.ffmverbs.Access;
import dev.ffmverbs.AddressVector;
import dev.ffmverbs.AsynchronousEvent;
import dev.ffmverbs.AsynchronousEventType;
import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.Context;
import dev.ffmverbs.Gid;
import dev.ffmverbs.GidEntry;
import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.PathMtu;
import dev.ffmverbs.PortState;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairAttributes;
import dev.ffmverbs.QueuePairConfiguration;
import dev.ffmverbs.QueuePairState;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.VerbsException;
import dev.ffmverbs.WorkCompletions;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Uses the addresses of two software devices, at the ends of a veth pair in the network namespace of this process. The
 * devices have IPv4 addresses, and their interfaces have IPv6 addresses as well.
 */
final class AddressesProgram implements AutoCloseable {

    static final String DONE = "all steps completed";

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int UDP_PORT = 4791;

    private final End left = new End("soft0");
    private final End right = new End("soft1");

    /** An open device and what connections need. */
    private static final class End implements AutoCloseable {
        final Context context;
        final ProtectionDomain domain;
        final CompletionQueue queue;
        final MemoryRegion memory;
        final WorkCompletions completions = WorkCompletions.allocate(1);
        final List<QueuePair> queuePairs = new ArrayList<>();

        End(final String device) {
            context = Verbs.open(device);
            domain = context.allocateProtectionDomain();
            queue = context.createCompletionQueue(64);
            memory = domain.allocate(4096, Access.LOCAL_WRITE, Access.REMOTE_READ, Access.REMOTE_WRITE);
        }

        QueuePair create() {
            final QueuePair created = domain.createQueuePair(QueuePairConfiguration.reliableConnection(queue));
            queuePairs.add(created);
            return created;
        }

        GidEntry find(final Predicate<InetAddress> wanted) {
            return context.gidTable(1).stream().filter(entry -> wanted.test(entry.gid().address())).findFirst()
                .orElseThrow(() -> new AssertionError("not in " + context.gidTable(1)));
        }

        void execute(final QueuePair queuePair, final SendRequest request) {
            require(queuePair.postSend(request) == 1, "the request is posted");
            final long startNs = System.nanoTime();
            while (queue.poll(completions) == 0) {
                require(System.nanoTime() - startNs < LIMIT.toNanos(), "a completion within 10 s on " + queuePair);
            }
            require(completions.isSuccess(0), completions.toString());
        }

        @Override
        public void close() {
            queuePairs.forEach(QueuePair::close);
            memory.close();
            queue.close();
            domain.close();
            context.close();
        }
    }

    public static void main(final String[] arguments) throws Exception {
        try (AddressesProgram program = new AddressesProgram()) {
            program.listAddresses();
            program.spreadFlows();
            program.connectOverEveryKindOfAddress();
            program.changeTheInterface();
        }
        System.out.println(DONE);
    }

    private static void require(final boolean condition, final String what) {
        if (!condition) {
            throw new AssertionError("expected: " + what);
        }
    }

    private void listAddresses() {
        final List<GidEntry> table = left.context.gidTable(1);
        System.out.println(table);
        require(table.get(0).index() == 0 && table.get(0).gid().address().isLinkLocalAddress(), "link-local first");
        require(table.get(1).index() == 1 && table.get(1).gid().address() instanceof Inet4Address, "IPv4 second");
        require(table.stream().anyMatch(entry -> entry.gid().address().getHostAddress().startsWith("fd77:")), "IPv6");
    }

    private void connectOverEveryKindOfAddress() {
        final List<Predicate<InetAddress>> kinds = List.of(Inet4Address.class::isInstance,
            InetAddress::isLinkLocalAddress, address -> address.getHostAddress().startsWith("fd77:"));
        for (final Predicate<InetAddress> kind : kinds) {
            final GidEntry here = left.find(kind);
            final GidEntry there = right.find(kind);
            final QueuePair ours = left.create();
            final QueuePair theirs = right.create();
            connect(ours, AddressVector.of(there.gid(), here.index(), 1).withTrafficClass(32), theirs.number());
            connect(theirs, AddressVector.of(here.gid(), there.index(), 1), ours.number());
            left.execute(ours, SendRequest.allocate(1).write(right.memory.iova(), right.memory.rkey())
                .localMemory(left.memory, 0, 4096));
            left.execute(ours, SendRequest.allocate(1).read(right.memory.iova(), right.memory.rkey())
                .localMemory(left.memory, 0, 4096));
            System.out.println("connected from " + here + " to " + there);
        }
        try {
            connect(left.create(), AddressVector.of(right.find(kinds.get(2)).gid(), 1, 1), 7);
            throw new AssertionError("connected from IPv4 to IPv6");
        } catch (final VerbsException e) {
            require(e.getMessage().contains("choose the index of an IPv6 address"), e.getMessage());
        }
    }

    private static void connect(final QueuePair queuePair, final AddressVector path, final int peer) {
        queuePair.modify(new QueuePairAttributes().state(QueuePairState.INIT).port(1).partitionKeyIndex(0)
            .access(Access.REMOTE_READ, Access.REMOTE_WRITE));
        queuePair.modify(new QueuePairAttributes().state(QueuePairState.READY_TO_RECEIVE).pathMtu(PathMtu.MTU_1024)
            .addressVector(path).destinationQueuePair(peer).receivePacketSequenceNumber(1).maximumIncomingReads(1)
            .minimumRnrTimer(12));
        queuePair.modify(new QueuePairAttributes().state(QueuePairState.READY_TO_SEND).sendPacketSequenceNumber(1)
            .timeout(14).retryCount(6).rnrRetryCount(7).maximumOutgoingReads(1));
    }

    /**
     * Looks at the UDP ports that packets leave from, at an address that no device has. Runs before anything else is
     * connected, because an earlier connection may have taken the place of a port.
     */
    private void spreadFlows() throws IOException {
        final InetAddress stranger = InetAddress.ofLiteral("10.77.0.9");
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.bind(new InetSocketAddress(stranger, UDP_PORT));
            channel.socket().setSoTimeout((int) LIMIT.toMillis());
            final Set<Integer> ports = new HashSet<>();
            for (int peer = 100; peer < 108; peer++) {
                final QueuePair queuePair = left.create();
                final AddressVector path = AddressVector.of(Gid.of(stranger), 1, 1);
                connect(queuePair, peer == 100 ? path.withFlowLabel(0x5) : path, peer);
                queuePair.postSend(SendRequest.allocate(0).send());
                final int port = sourceOf(channel, queuePair, peer);
                require(port >= 0xC000, "a port that routers spread, not " + port);
                require(peer != 100 || port == 0xC005, "the port of flow label 5, not " + port);
                require(sourceOf(channel, queuePair, peer) == port, "the same port for the retransmission");
                ports.add(port);
                queuePair.modify(new QueuePairAttributes().state(QueuePairState.RESET));
            }
            System.out.println("packets left from " + ports);
            require(ports.size() > 4, "several ports, not " + ports);
        }
    }

    /** Returns the UDP port of the next packet to a queue pair. */
    private static int sourceOf(final DatagramChannel channel, final QueuePair queuePair, final int peer)
        throws IOException {
        final ByteBuffer packet = ByteBuffer.allocate(64);
        while (true) {
            packet.clear();
            final InetSocketAddress source = (InetSocketAddress) channel.receive(packet);
            if ((packet.getInt(4) & 0xFF_FFFF) == peer) {
                return source.getPort();
            }
        }
    }

    private void changeTheInterface() throws Exception {
        ip("address del fd77::1/64 dev v0");
        await(AsynchronousEventType.GIDS_CHANGED);
        require(left.context.gidTable(1).stream().noneMatch(
            entry -> entry.gid().address().getHostAddress().startsWith("fd77:")), "the GID is gone");
        ip("address add 10.77.0.5/24 dev v0");
        await(AsynchronousEventType.GIDS_CHANGED);
        require(left.find(address -> address.getHostAddress().equals("10.77.0.5")).index() > 1, "it has an index");
        ip("link set v0 down");
        await(AsynchronousEventType.PORT_ERROR);
        require(left.context.portAttributes(1).state() == PortState.DOWN, "the port is down");
        ip("link set v0 up");
        await(AsynchronousEventType.PORT_ACTIVE);
        require(left.context.portAttributes(1).state() == PortState.ACTIVE, "the port is active");
    }

    private void await(final AsynchronousEventType type) {
        while (true) {
            final AsynchronousEvent event = left.context.nextAsynchronousEvent(LIMIT)
                .orElseThrow(() -> new AssertionError("no event " + type + " within 10 s"));
            System.out.println(event);
            if (event.equals(new AsynchronousEvent.OfPort(type, 1))) {
                return;
            }
        }
    }

    private static void ip(final String orders) throws Exception {
        final List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(orders.split(" ")));
        require(new ProcessBuilder(command).inheritIO().start().waitFor() == 0, "ip " + orders);
    }

    @Override
    public void close() {
        left.close();
        right.close();
    }
}
