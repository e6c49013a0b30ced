// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce;

import dev.ffmverbs.softroce.faults.FaultSettings;
import dev.ffmverbs.softroce.port.AllowedSockets;

/**
 * The configuration of a software device. Immutable.
 *
 * @param udpPort            UDP port of the device and of all its peers, 1 to 65535: 4791, or another one that kernel
 *                           devices and hardware cannot reach.
 * @param receiveBufferBytes size of the socket's receive buffer to request, in bytes; the system grants at most
 *                           {@code net.core.rmem_max}. A larger buffer allows READs in larger pieces.
 * @param faults             faults injected into the device's packets.
 * @param socket             kind of socket it sends and receives with.
 */
public record SoftRoceSettings(int udpPort, int receiveBufferBytes, FaultSettings faults, Socket socket) {

    /** The kinds of socket that a device can have. They interoperate. */
    public enum Socket {

        /** The fast socket if it works on this machine, otherwise a channel. */
        AUTOMATIC(AllowedSockets.ANY),

        /**
         * A socket of the C library, whose packets travel in trains. It needs Linux and native access,
         * {@code --enable-native-access=dev.ffmverbs}. A device cannot be opened where this socket does not work.
         */
        FAST(new AllowedSockets(true, false)),

        /** A {@link java.nio.channels.DatagramChannel}, which works without native access. */
        CHANNEL(new AllowedSockets(false, true));

        @SuppressWarnings("ImmutableEnumChecker") // a record of two booleans
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

    /** The default settings. */
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
                + MIN_RECEIVE_BUFFER_BYTES + " is the minimum");
        }
        if (faults == null) {
            throw new IllegalArgumentException("faults must not be null; use FaultSettings.NONE for no faults");
        }
        if (socket == null) {
            throw new IllegalArgumentException("socket must not be null; use Socket.AUTOMATIC for the default");
        }
    }

    /**
     * Returns a copy with another UDP port.
     *
     * @param newUdpPort 1 to 65535.
     * @return the settings.
     */
    public SoftRoceSettings withUdpPort(final int newUdpPort) {
        return new SoftRoceSettings(newUdpPort, receiveBufferBytes, faults, socket);
    }

    /**
     * Returns a copy with another receive buffer.
     *
     * @param newReceiveBufferBytes at least 16 KiB.
     * @return the settings.
     */
    public SoftRoceSettings withReceiveBufferBytes(final int newReceiveBufferBytes) {
        return new SoftRoceSettings(udpPort, newReceiveBufferBytes, faults, socket);
    }

    /**
     * Returns a copy with other faults.
     *
     * @param newFaults faults injected into the device's packets.
     * @return the settings.
     */
    public SoftRoceSettings withFaults(final FaultSettings newFaults) {
        return new SoftRoceSettings(udpPort, receiveBufferBytes, newFaults, socket);
    }

    /**
     * Returns a copy with another kind of socket.
     *
     * @param newSocket kind of socket to use.
     * @return the settings.
     */
    public SoftRoceSettings withSocket(final Socket newSocket) {
        return new SoftRoceSettings(udpPort, receiveBufferBytes, faults, newSocket);
    }
}
