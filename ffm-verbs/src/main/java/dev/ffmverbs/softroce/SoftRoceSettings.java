// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce;

import dev.ffmverbs.softroce.faults.FaultSettings;
import dev.ffmverbs.softroce.port.AllowedSockets;

/**
 * How a software device is set up.
 *
 * @param udpPort            UDP port at its side and at all its peers: 4791, or another one that kernel devices and
 *                           hardware do not reach.
 * @param receiveBufferBytes size of the socket's receive buffer to ask for; the system gives at most
 *                           {@code net.core.rmem_max}. The larger, the larger the pieces in which READs are made.
 * @param faults             what is to go wrong with its packets.
 * @param socket             which socket it sends and receives with.
 */
public record SoftRoceSettings(int udpPort, int receiveBufferBytes, FaultSettings faults, Socket socket) {

    /** The sockets that a device can have. They understand each other. */
    public enum Socket {

        /** The fast one if it works here, otherwise a channel. */
        AUTOMATIC(AllowedSockets.ANY),

        /**
         * A socket of the C library, whose packets travel in trains. It needs Linux and native access,
         * {@code --enable-native-access=dev.ffmverbs}; a device does not open where it does not work.
         */
        FAST(new AllowedSockets(true, false)),

        /** A {@link java.nio.channels.DatagramChannel}, which works without native access. */
        CHANNEL(new AllowedSockets(false, true));

        private final AllowedSockets allowed;

        Socket(final AllowedSockets allowed) {
            this.allowed = allowed;
        }

        AllowedSockets allowedSockets() {
            return allowed;
        }
    }

    /** UDP port of RoCE version 2. */
    public static final int ROCE_PORT = 4791;

    /** What devices have unless something else is said. */
    public static final SoftRoceSettings DEFAULT =
        new SoftRoceSettings(ROCE_PORT, 1 << 22, FaultSettings.NONE, Socket.AUTOMATIC);

    private static final int MAX_PORT = 65_535;
    private static final int MIN_RECEIVE_BUFFER_BYTES = 1 << 14;

    /**
     * Checks the settings.
     *
     * @throws IllegalArgumentException when the port is not 1 to 65535 or the buffer smaller than 16 KiB.
     */
    public SoftRoceSettings {
        if (udpPort < 1 || udpPort > MAX_PORT) {
            throw new IllegalArgumentException("UDP port " + udpPort + " is not 1 to 65535");
        }
        if (receiveBufferBytes < MIN_RECEIVE_BUFFER_BYTES) {
            throw new IllegalArgumentException("a receive buffer of " + receiveBufferBytes + " bytes is too small; "
                + MIN_RECEIVE_BUFFER_BYTES + " is the least");
        }
        if (faults == null) {
            throw new IllegalArgumentException("faults must not be null; FaultSettings.NONE has none");
        }
        if (socket == null) {
            throw new IllegalArgumentException("socket must not be null; Socket.AUTOMATIC leaves the choice open");
        }
    }

    /**
     * The same settings with another port.
     *
     * @param newUdpPort 1 to 65535.
     * @return the settings.
     */
    public SoftRoceSettings withUdpPort(final int newUdpPort) {
        return new SoftRoceSettings(newUdpPort, receiveBufferBytes, faults, socket);
    }

    /**
     * The same settings with another receive buffer.
     *
     * @param newReceiveBufferBytes at least 16 KiB.
     * @return the settings.
     */
    public SoftRoceSettings withReceiveBufferBytes(final int newReceiveBufferBytes) {
        return new SoftRoceSettings(udpPort, newReceiveBufferBytes, faults, socket);
    }

    /**
     * The same settings with other faults.
     *
     * @param newFaults what is to go wrong.
     * @return the settings.
     */
    public SoftRoceSettings withFaults(final FaultSettings newFaults) {
        return new SoftRoceSettings(udpPort, receiveBufferBytes, newFaults, socket);
    }

    /**
     * The same settings with another socket.
     *
     * @param newSocket which socket to use.
     * @return the settings.
     */
    public SoftRoceSettings withSocket(final Socket newSocket) {
        return new SoftRoceSettings(udpPort, receiveBufferBytes, faults, newSocket);
    }
}
