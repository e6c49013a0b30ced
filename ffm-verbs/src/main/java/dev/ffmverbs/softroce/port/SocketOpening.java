// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.libc.CallFailedException;
import dev.ffmverbs.softroce.libc.NativeCalls;
import dev.ffmverbs.softroce.libc.UdpDescriptor;
import dev.ffmverbs.softroce.transport.TransportCounters;
import dev.ffmverbs.softroce.wire.Icrc;
import dev.ffmverbs.softroce.wire.IpAddress;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import java.io.IOException;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Opens the socket of a port. This is the fast socket if it is allowed and passes its self-test, otherwise a channel.
 *
 * @param local              address and UDP port.
 * @param receiveBufferBytes size of the receive buffer to request.
 * @param icrc               computes checksums.
 * @param random             makes the packets of the self-test distinct from all others.
 * @param counters           counts packets that cannot be sent.
 * @param log                receives the reason why a socket is not used.
 * @param descriptors        opens sockets of the C library.
 */
record SocketOpening(
    LocalAddress local, int receiveBufferBytes, Icrc icrc, RandomGenerator random, TransportCounters counters,
    PortLog log, DescriptorSource descriptors) {

    /** Opens a socket of the C library. */
    interface DescriptorSource {
        UdpDescriptor open(boolean ipv4) throws IOException;
    }

    /** Thrown if the fast socket cannot be used. */
    private static final class NotUsableException extends Exception {

        private static final long serialVersionUID = 1;

        NotUsableException(final String reason) {
            super(reason);
        }
    }

    /**
     * Opens a socket and tests it.
     *
     * @throws ProviderException if no allowed socket can be opened, or passes the test.
     */
    OpenedSocket open(final AllowedSockets allowed) throws ProviderException {
        if (!allowed.fast()) {
            return new OpenedSocket(openChannel(), "it was asked for");
        }
        try {
            return new OpenedSocket(openFast(), null);
        } catch (final NotUsableException e) {
            if (!allowed.channel()) {
                throw UdpSocket.failure(local, Errno.EOPNOTSUPP,
                    "only the fast socket is allowed, but it cannot be used: " + e.getMessage());
            }
            final UdpSocket channel = openChannel();
            log.info("uses a channel instead of the fast socket: " + e.getMessage());
            return new OpenedSocket(channel, e.getMessage());
        }
    }

    private UdpSocket openChannel() throws ProviderException {
        final UdpSocket socket = UdpSocket.open(local, receiveBufferBytes, counters, log);
        boolean passed = false;
        try {
            new SocketSelfTest(socket, icrc, random).run();
            passed = true;
            return socket;
        } finally {
            if (!passed) {
                socket.close();
            }
        }
    }

    private TrainSocket openFast() throws NotUsableException, ProviderException {
        final Optional<String> flaw = NativeCalls.flaw();
        if (flaw.isPresent()) {
            throw new NotUsableException(flaw.get());
        }
        UdpDescriptor descriptor = null;
        boolean usable = false;
        try {
            descriptor = openPrepared(local.ip(), true);
            bind(descriptor);
            final TrainSocket socket = new TrainSocket(descriptor, local, icrc, counters, log, this::openOther);
            new SocketSelfTest(socket, icrc, random).run();
            usable = true;
            return socket;
        } catch (final IOException e) {
            throw new NotUsableException(e.getMessage());
        } catch (final ProviderException e) {
            if (e.errno() != Errno.EPROTO) {
                throw e;
            }
            throw new NotUsableException(e.getMessage());
        } finally {
            if (!usable && descriptor != null) {
                descriptor.close();
            }
        }
    }

    private UdpDescriptor openPrepared(final IpAddress address, final boolean receives) throws IOException {
        final UdpDescriptor descriptor = descriptors.open(address.isIpv4());
        boolean complete = false;
        try {
            // What others send to a socket that only sends is lost, and must not take memory.
            descriptor.setBufferSizes(receives ? receiveBufferBytes : 0, UdpSocket.SEND_BUFFER_BYTES);
            descriptor.takeTrains();
            if (!address.isIpv4()) {
                descriptor.sendToGroupsFrom(local.interfaceIndex());
            }
            complete = true;
            return descriptor;
        } finally {
            if (!complete) {
                descriptor.close();
            }
        }
    }

    /** Opens a socket at another address or UDP port. */
    private UdpDescriptor openOther(final IpAddress address, final int udpPort, final boolean receives)
        throws IOException {
        final UdpDescriptor descriptor = openPrepared(address, receives);
        boolean complete = false;
        try {
            bind(descriptor, address, udpPort);
            complete = true;
            return descriptor;
        } finally {
            if (!complete) {
                descriptor.close();
            }
        }
    }

    private static void bind(final UdpDescriptor descriptor, final IpAddress address, final int udpPort)
        throws IOException {
        if (address.isIpv4()) {
            descriptor.bind(address.ipv4(), udpPort);
        } else {
            descriptor.bind(address.high(), address.low(), address.scope(), udpPort);
        }
    }

    private void bind(final UdpDescriptor descriptor) throws IOException, ProviderException {
        try {
            bind(descriptor, local.ip(), local.udpPort());
        } catch (final CallFailedException e) {
            throw UdpSocket.bindFailure(local, e.errno() == Errno.EADDRINUSE, e.getMessage());
        }
    }
}
