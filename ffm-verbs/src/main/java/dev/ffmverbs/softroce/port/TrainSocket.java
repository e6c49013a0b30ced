// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.libc.DescriptorWait;
import dev.ffmverbs.softroce.libc.UdpDescriptor;
import dev.ffmverbs.softroce.transport.TransportCounter;
import dev.ffmverbs.softroce.transport.TransportCounters;
import dev.ffmverbs.softroce.wire.Arrival;
import dev.ffmverbs.softroce.wire.Icrc;
import dev.ffmverbs.softroce.wire.IpAddress;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.UdpPath;
import dev.ffmverbs.spi.Errno;
import java.io.IOException;

/**
 * The fast socket. Packets leave and arrive in trains, and one call sends or receives many trains.
 *
 * <p>Linux splits a train into packets ({@code UDP_SEGMENT}) as late as possible, and delivers it whole if no split is
 * necessary ({@code UDP_GRO}). The cost of sending a packet is therefore paid once per train. The packets of a train
 * have the IPv4 identifications 0, 1, 2 and so on, because the socket is not connected and prevents fragmentation.
 *
 * <p>If the system refuses a train but accepts its packets one by one, the socket sends no more trains.
 *
 * <p>Guarded by the dispatch lock, except {@link #openWait} and its result.
 */
final class TrainSocket implements PacketSocket {

    private final UdpDescriptor descriptor;
    private final LocalSockets<UdpDescriptor> sockets;
    private final LocalAddress local;
    private final Icrc icrc;
    private final TransportCounters counters;
    private final PortLog log;
    private final OutgoingTrains outgoing = new OutgoingTrains();
    private final IncomingTrains incoming;
    private final LogLimit refusalLimit = new LogLimit();

    /** Index of the first message that has not left. Nonzero only while the socket is blocked. */
    private int first;
    private boolean blocked;

    /** The socket that had no room, while the socket is blocked. */
    private volatile UdpDescriptor full;

    /** The last wait that was opened, or null. */
    private volatile DescriptorWait wait;

    /**
     * Whether the packets of the first message are sent one by one, which is next, and whether the first has left. The
     * last one may be shorter than the others, and may leave although the others are too long for their path.
     */
    private boolean splitting;
    private int nextSingle;
    private boolean firstLeft;

    /** The reason why the train that is being split was refused. */
    private int refusal;

    /** The reason why no trains are sent, or null while they are sent. */
    private volatile String whyNoTrains;

    /** Creates the packet layer of a socket that is bound to the local address, and can open others. */
    TrainSocket(
        final UdpDescriptor descriptor, final LocalAddress local, final Icrc icrc, final TransportCounters counters,
        final PortLog log, final LocalSockets.Opener<UdpDescriptor> opener) {
        this.descriptor = descriptor;
        this.sockets = new LocalSockets<>(local.ip(), descriptor, local.udpPort(), opener, UdpDescriptor::close);
        this.local = local;
        this.icrc = icrc;
        this.counters = counters;
        this.log = log;
        this.incoming = new IncomingTrains(descriptor, local);
    }

    @Override
    public LocalAddress local() {
        return local;
    }

    @Override
    public boolean avoidsFragments() throws IOException {
        return descriptor.avoidsFragments();
    }

    @Override
    public boolean hasTrains() {
        return whyNoTrains == null;
    }

    @Override
    public int receiveBufferBytes() throws IOException {
        return descriptor.receiveBufferBytes();
    }

    @Override
    public RocePacket claim() {
        if (blocked || !outgoing.hasRoom()) {
            sendAll();
        }
        return blocked ? null : outgoing.claim();
    }

    @Override
    public int place(final RocePacket packet, final UdpPath path, final boolean mayFollow) {
        return outgoing.place(path, mayFollow);
    }

    @Override
    public void submit(final RocePacket packet, final UdpPath path) {
        outgoing.add(path);
        if (outgoing.hasEnough()) {
            sendAll();
        }
    }

    @Override
    public void flush() {
        if (!blocked && !outgoing.isEmpty()) {
            sendAll();
        }
    }

    @Override
    public boolean isBlocked() {
        return blocked;
    }

    @Override
    public void sendWaiting() {
        if (blocked) {
            sendAll();
        }
    }

    /** Sends the collected packets until the system has no more room. */
    private void sendAll() {
        blocked = false;
        full = null;
        final int count = outgoing.prepare(first);
        while (first < count) {
            final UdpDescriptor sender = sockets.sender(outgoing.path(first));
            final int result = sender == null ? -Errno.EADDRNOTAVAIL
                : splitting ? sendSingle(sender) : sender.send(outgoing.messages(), first, countAlike(sender, count));
            if (result > 0) {
                first += result;
            } else if (result == -Errno.EAGAIN) {
                blocked = true;
                full = sender;
                return;
            } else if (result < 0) {
                handleRefusal(-result);
            }
        }
        first = 0;
        outgoing.clear();
    }

    /** Returns how many messages, starting with the first, leave from one socket. */
    private int countAlike(final UdpDescriptor sender, final int count) {
        int end = first + 1;
        while (end < count
            && (outgoing.path(end) == outgoing.path(first) || sockets.sender(outgoing.path(end)) == sender)) {
            end++;
        }
        return end - first;
    }

    @Override
    public void listen(final IpAddress address) throws IOException {
        sockets.open(address, opened -> {
            final DescriptorWait present = wait;
            if (present != null) {
                present.add(opened);
            }
            incoming.add(opened, address);
        });
    }

    @Override
    public int leaveFrom(final IpAddress address, final int wanted) {
        return sockets.leaveFrom(address, wanted);
    }

    /** Splits a refused train into packets. A refused packet counts as lost. */
    private void handleRefusal(final int errno) {
        if (outgoing.packets(first) > 1 && isOfTrain(errno)) {
            for (int i = 1; i < outgoing.packets(first); i++) {
                icrc.reseal(outgoing.view(first, i), outgoing.path(first), i, 0);
            }
            splitting = true;
            nextSingle = 0;
            firstLeft = false;
            refusal = errno;
        } else {
            countRefused(outgoing.packets(first), outgoing.path(first), errno);
            first++;
        }
    }

    private static boolean isOfTrain(final int errno) {
        return errno == Errno.EMSGSIZE || errno == Errno.EINVAL || errno == Errno.EIO || errno == Errno.EOPNOTSUPP;
    }

    /** Sends one packet of a train that was refused. Returns 1 if it was the last, or 0 if there are more. */
    private int sendSingle(final UdpDescriptor sender) {
        final int result = sender.send(outgoing.messages(), outgoing.prepareSingle(first, nextSingle), 1);
        if (result == -Errno.EAGAIN) {
            return result;
        }
        if (result < 0) {
            countRefused(1, outgoing.path(first), -result);
        }
        firstLeft |= nextSingle == 0 && result > 0;
        nextSingle++;
        if (nextSingle < outgoing.packets(first)) {
            return 0;
        }
        splitting = false;
        if (firstLeft) {
            disableTrains("the system refused a train to " + outgoing.path(first) + " but accepts its packets one by"
                + " one: " + Errno.describe(refusal));
        }
        return 1;
    }

    /** Makes every packet leave alone from now on. */
    private void disableTrains(final String reason) {
        if (whyNoTrains == null) {
            whyNoTrains = reason;
            outgoing.disable();
            log.warn("sends no trains from now on: " + reason);
        }
    }

    private void countRefused(final int packets, final UdpPath path, final int errno) {
        counters.add(TransportCounter.PACKETS_REFUSED, packets);
        final String reason = Errno.describe(errno);
        if (descriptor.isOpen() && refusalLimit.tryAdmit(path + ": " + reason, System.nanoTime())) {
            log.warn("cannot send packets from " + path + ": " + reason + ". These packets count as lost");
        }
    }

    @Override
    public RocePacket receive() {
        return incoming.next();
    }

    @Override
    public boolean holdsPackets() {
        return incoming.holdsPackets();
    }

    @Override
    public boolean isWithinTrain() {
        return incoming.isWithinTrain();
    }

    @Override
    public boolean isAlone() {
        return incoming.isAlone();
    }

    @Override
    public Arrival arrival() {
        return incoming.arrival();
    }

    @Override
    public SocketWait openWait() throws IOException {
        final DescriptorWait opened = new DescriptorWait(descriptor);
        wait = opened;
        return new Wait(opened);
    }

    @Override
    public GroupSockets openGroups() throws IOException {
        return new FastGroupSockets(local);
    }

    @Override
    public String description() {
        return whyNoTrains == null ? "fast socket" : "fast socket without trains: " + whyNoTrains;
    }

    @Override
    public void close() {
        sockets.close();
    }

    @Override
    public String toString() {
        return "fast UDP socket at " + local + (whyNoTrains == null ? "" : ", without trains: " + whyNoTrains)
            + (blocked ? ", blocked" : "");
    }

    /** Adapts a wait to the interface of the port. */
    private final class Wait implements SocketWait {

        private final DescriptorWait descriptors;

        Wait(final DescriptorWait descriptors) {
            this.descriptors = descriptors;
        }

        @Override
        public void sleep(final boolean orWritable, final long timeoutNs) throws IOException {
            descriptors.await(orWritable ? full : null, timeoutNs);
        }

        @Override
        public void wakeUp() {
            descriptors.wakeUp();
        }

        @Override
        public void close() {
            descriptors.close();
        }
    }
}
