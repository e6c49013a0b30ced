// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.wire.IpAddress;
import dev.ffmverbs.softroce.wire.UdpPath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/**
 * The sockets of a device. At each address in use, one socket receives and sends, and others only send, from other UDP
 * ports.
 *
 * <p>Guarded by the dispatch lock.
 *
 * @param <S> kind of socket.
 */
final class LocalSockets<S> {

    /** Maximum number of ports at one address that packets leave from. Enough to spread flows over all ways. */
    static final int MAX_SOURCES = 64;

    /** Number of ports that are tried when one is in use. */
    private static final int ATTEMPTS = 4;

    private final Opener<S> opener;
    private final Consumer<S> closer;
    private final int udpPort;
    private final List<Place<S>> places = new ArrayList<>();

    /** Opens a socket. */
    interface Opener<S> {

        /**
         * Opens a socket that is bound to an address and a UDP port.
         *
         * @param receives whether it receives, or only sends.
         */
        S open(IpAddress address, int udpPort, boolean receives) throws IOException;
    }

    /** Makes a receiving socket known to those who receive and wait. */
    interface Admission<S> {

        /**
         * Admits a socket.
         *
         * @throws IOException if no thread can wait for it.
         */
        void admit(S socket) throws IOException;
    }

    /** An address, its receiving socket, and its other sources, each at the place of the low bits of its port. */
    private static final class Place<S> {
        final IpAddress address;
        final S socket;
        final List<S> sources = new ArrayList<>(Collections.nCopies(MAX_SOURCES, null));
        final int[] ports = new int[MAX_SOURCES];

        Place(final IpAddress address, final S socket) {
            this.address = address;
            this.socket = socket;
        }

        boolean isAt(final IpAddress other) {
            return address.low() == other.low() && address.high() == other.high();
        }
    }

    /**
     * Starts with one socket.
     *
     * @param address address of the socket.
     * @param socket  the socket, which is open.
     * @param udpPort UDP port that all receiving sockets have.
     * @param opener  opens further sockets.
     * @param closer  closes a socket. It does not fail.
     */
    LocalSockets(
        final IpAddress address, final S socket, final int udpPort, final Opener<S> opener,
        final Consumer<S> closer) {
        this.opener = opener;
        this.closer = closer;
        this.udpPort = udpPort;
        places.add(new Place<>(address, socket));
    }

    private Place<S> find(final IpAddress address) {
        for (int i = 0; i < places.size(); i++) {
            final Place<S> place = places.get(i);
            if (place.isAt(address)) {
                return place;
            }
        }
        return null;
    }

    /**
     * Opens a receiving socket at an address, unless there is one. A socket that is not admitted is closed.
     *
     * @param admission admits the new socket.
     * @throws IOException if the system refuses the socket, or it is not admitted.
     */
    void open(final IpAddress address, final Admission<S> admission) throws IOException {
        if (find(address) != null) {
            return;
        }
        final S socket = opener.open(address, udpPort, true);
        boolean complete = false;
        try {
            final Place<S> place = new Place<>(address, socket);
            admission.admit(socket);
            places.add(place);
            complete = true;
        } finally {
            if (!complete) {
                closer.accept(socket);
            }
        }
    }

    /**
     * Opens a source of packets, unless there is one.
     *
     * @param address address with a receiving socket.
     * @param wanted  UDP port that packets should leave from.
     * @return the port that they leave from. It is another one if the port is in use, or there are too many.
     */
    int leaveFrom(final IpAddress address, final int wanted) {
        final Place<S> place = find(address);
        if (place == null || wanted == udpPort) {
            return udpPort;
        }
        final int index = wanted % MAX_SOURCES;
        for (int i = 0; i < ATTEMPTS && place.sources.get(index) == null; i++) {
            final int port = SourcePorts.FIRST | wanted + i * MAX_SOURCES;
            try {
                place.sources.set(index, opener.open(address, port & 0xFFFF, false));
                place.ports[index] = port & 0xFFFF;
            } catch (final IOException inUse) {
                // Another socket of this machine has the port, and the next one is as good.
            }
        }
        return place.sources.get(index) == null ? udpPort : place.ports[index];
    }

    /** Returns the socket that packets of a path leave from, or null if there is none. */
    S sender(final UdpPath path) {
        final Place<S> place = find(path.local());
        if (place == null) {
            return null;
        }
        final int port = path.localPort();
        final int index = port % MAX_SOURCES;
        return place.ports[index] == port ? place.sources.get(index) : port == udpPort ? place.socket : null;
    }

    void close() {
        for (final Place<S> place : places) {
            closer.accept(place.socket);
            for (final S source : place.sources) {
                if (source != null) {
                    closer.accept(source);
                }
            }
        }
    }
}
