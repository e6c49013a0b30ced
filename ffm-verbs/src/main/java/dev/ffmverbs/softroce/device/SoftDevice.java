// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import dev.ffmverbs.softroce.cm.CommunicationManager;
import dev.ffmverbs.softroce.cm.SoftConnectionManager;
import dev.ffmverbs.softroce.faults.FaultSettings;
import dev.ffmverbs.softroce.port.AllowedSockets;
import dev.ffmverbs.softroce.port.LocalAddress;
import dev.ffmverbs.softroce.port.Port;
import dev.ffmverbs.softroce.wire.IpAddress;
import dev.ffmverbs.spi.Closing;
import dev.ffmverbs.spi.ConnectionManagerOperations;
import dev.ffmverbs.spi.ContextOperations;
import dev.ffmverbs.spi.DeviceOperations;
import dev.ffmverbs.spi.ProviderException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A software device with an IP address and a UDP port. Its socket is open while a context or a connection manager is.
 *
 * <p>Thread-safe.
 */
public final class SoftDevice implements DeviceOperations {

    /** Marks a locally administered identifier, which no vendor assigns. */
    private static final long GUID_PREFIX = 0x0200_0000_0000_0000L;
    private static final long GUID_MASK = 0x00FF_FFFF_FFFF_FFFFL;

    private final String name;
    private final InetAddress address;
    private final int udpPort;
    private final int receiveBufferBytes;
    private final AllowedSockets sockets;
    private final AtomicInteger protectionDomains = new AtomicInteger();

    private FaultSettings faults;
    private Port port;
    private DeviceAddresses addresses;
    private QueueMemory queueMemory;
    private DeviceManagement management;
    private CounterRecording recording;
    private int users;

    /**
     * Describes a device without opening anything.
     *
     * @param name               its name.
     * @param address            its address.
     * @param udpPort            UDP port of the device and of all its peers.
     * @param receiveBufferBytes size of the receive buffer to request from the system, in bytes.
     * @param faults             faults injected into its packets.
     * @param sockets            which sockets it may use.
     */
    public SoftDevice(
        final String name, final InetAddress address, final int udpPort, final int receiveBufferBytes,
        final FaultSettings faults, final AllowedSockets sockets) {
        this.sockets = sockets;
        this.name = name;
        this.address = address;
        this.udpPort = udpPort;
        this.receiveBufferBytes = receiveBufferBytes;
        this.faults = faults;
    }

    @Override
    public String name() {
        return name;
    }

    /**
     * Returns the device's address.
     *
     * @return its IPv4 or IPv6 address.
     */
    public InetAddress address() {
        return address;
    }

    /**
     * Returns the UDP port of the device and of all its peers.
     *
     * @return 1 to 65535.
     */
    public int udpPort() {
        return udpPort;
    }

    @Override
    public long guid() {
        final IpAddress ip = IpAddress.of(address);
        return GUID_PREFIX
            | (ip.isIpv4() ? Integer.toUnsignedLong(ip.ipv4()) : (31 * ip.high() ^ ip.low()) & GUID_MASK);
    }

    @Override
    public boolean retriesForEverAtSeven() {
        return false;
    }

    /**
     * Changes the injected faults, at once if the device is open, and for each time it is opened.
     *
     * @param settings the settings; their seed takes effect when the device is opened.
     */
    public synchronized void faults(final FaultSettings settings) {
        faults = settings;
        if (port != null) {
            port.injectFaults(settings);
        }
    }

    /**
     * Describes the socket in use.
     *
     * @return the kind of socket and, if it is not the fast one, the reason; empty while the device is not open.
     */
    public synchronized Optional<String> socketDescription() {
        return port == null ? Optional.empty() : Optional.of(port.socketDescription());
    }

    @Override
    public synchronized ContextOperations open() throws ProviderException {
        use();
        final SoftContext context = new SoftContext(this, port, addresses, queueMemory, management.communication());
        addresses.add(context);
        return context;
    }

    /**
     * Opens a connection manager, which keeps its devices open.
     *
     * @param devices the devices, at least one.
     * @return the connection manager.
     * @throws ProviderException when a device cannot be opened.
     */
    public static ConnectionManagerOperations openConnectionManager(final List<SoftDevice> devices)
        throws ProviderException {
        final List<CommunicationManager> communications = new ArrayList<>();
        boolean complete = false;
        try {
            for (final SoftDevice device : devices) {
                communications.add(device.useCommunication());
            }
            final SoftConnectionManager opened = new SoftConnectionManager(
                communications, new SystemRoutes(), () -> Closing.closeAll(devices, SoftDevice::release));
            complete = true;
            return opened;
        } finally {
            if (!complete) {
                Closing.closeAll(devices.subList(0, communications.size()), SoftDevice::release);
            }
        }
    }

    private synchronized CommunicationManager useCommunication() throws ProviderException {
        use();
        return management.communication();
    }

    private void use() throws ProviderException {
        if (users == 0) {
            openPort();
        }
        users++;
    }

    private void openPort() throws ProviderException {
        boolean complete = false;
        port = Port.open(name, LocalAddress.of(address, udpPort), receiveBufferBytes, faults, sockets);
        try {
            queueMemory = new QueueMemory();
            addresses = new DeviceAddresses(port.local(), this);
            management = new DeviceManagement(this, port);
            management.start();
            recording = new CounterRecording(name, port.local().toString(), port.counters());
            complete = true;
        } finally {
            if (!complete) {
                closePort();
            }
        }
    }

    /** Closes the parts of the port that exist, in reverse order, each of them even if others fail. */
    private void closePort() {
        final QueueMemory closedMemory = queueMemory;
        final DeviceAddresses closedAddresses = addresses;
        final Port closedPort = port;
        final DeviceManagement endedManagement = management;
        final CounterRecording endedRecording = recording;
        queueMemory = null;
        addresses = null;
        port = null;
        management = null;
        recording = null;
        try (closedMemory; closedAddresses; closedPort; endedManagement; endedRecording) {
            // A device whose parts fail to close can be opened again.
        }
    }

    /** Records that a context or connection manager was closed. */
    synchronized void release() {
        users--;
        if (users == 0) {
            closePort();
        }
    }

    int newProtectionDomainNumber() {
        return protectionDomains.incrementAndGet();
    }

    @Override
    public String toString() {
        return name + " at " + address.getHostAddress() + ":" + udpPort;
    }
}
