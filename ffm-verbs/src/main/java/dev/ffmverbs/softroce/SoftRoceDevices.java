// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce;

import dev.ffmverbs.softroce.device.SoftDevice;
import dev.ffmverbs.softroce.faults.FaultSettings;
import dev.ffmverbs.softroce.port.LocalAddress;
import dev.ffmverbs.spi.DeviceOperations;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The software devices of this process: {@code soft0}, {@code soft1} and so on.
 *
 * <p>By default there is one device, {@code soft0} at 127.0.0.1. System properties, or else environment variables,
 * define which devices exist and how they are configured. They are read when devices are first listed:
 * <table>
 *   <caption>Properties</caption>
 *   <tr><th>property</th><th>variable</th><th>meaning</th></tr>
 *   <tr><td>{@code softroce.addresses}</td><td>{@code SOFTROCE_ADDRESSES}</td>
 *     <td>IP addresses of this machine, separated by commas, with one device for each, in this order. If empty, there
 *     is no device.</td>
 *   </tr>
 *   <tr><td>{@code softroce.port}</td><td>{@code SOFTROCE_PORT}</td>
 *     <td>UDP port instead of 4791, the same at all peers. Kernel devices and hardware are then unreachable.</td></tr>
 *   <tr><td>{@code softroce.receiveBufferBytes}</td><td>{@code SOFTROCE_RECEIVE_BUFFER_BYTES}</td>
 *     <td>Size in bytes of the receive buffer to request from the system.</td></tr>
 *   <tr><td>{@code softroce.socket}</td><td>{@code SOFTROCE_SOCKET}</td>
 *     <td>The kind of socket: {@code automatic}, {@code fast} or {@code channel}; see {@link
 *     SoftRoceSettings.Socket}.</td>
 *   </tr>
 *   <tr><td>{@code softroce.socket.soft0}</td><td></td><td>The kind of socket of this device.</td></tr>
 *   <tr><td>{@code softroce.faults}</td><td>{@code SOFTROCE_FAULTS}</td>
 *     <td>Faults injected at all devices, in the form that {@link FaultSettings#parse} reads.</td></tr>
 *   <tr><td>{@code softroce.faults.soft0}</td><td></td><td>Faults injected at this device.</td></tr>
 * </table>
 *
 * <p>Thread-safe.
 */
public final class SoftRoceDevices {

    /** Name of the provider of software devices. */
    public static final String PROVIDER = "softroce";
    /** System property that names the devices' addresses. */
    public static final String ADDRESSES_PROPERTY = "softroce.addresses";
    /** System property that names another UDP port. */
    public static final String PORT_PROPERTY = "softroce.port";
    /** System property for the size of receive buffers. */
    public static final String RECEIVE_BUFFER_PROPERTY = "softroce.receiveBufferBytes";
    /** System property for the socket of all devices. A dot and a device's name after it select one device. */
    public static final String SOCKET_PROPERTY = "softroce.socket";
    /** System property for faults of all devices. A dot and a device's name after it select one device. */
    public static final String FAULTS_PROPERTY = "softroce.faults";

    private static final Logger LOGGER = System.getLogger(SoftRoceDevices.class.getName());
    private static final String DEFAULT_ADDRESS = "127.0.0.1";
    private static final String NAME_PREFIX = "soft";

    private static final List<SoftDevice> DEVICES = new ArrayList<>();
    private static boolean configured;

    private SoftRoceDevices() {
    }

    /**
     * Adds a device.
     *
     * @param address  IPv4 or IPv6 address of this machine, with its interface if it is link-local; opening the device
     *                 checks that it is one.
     * @param settings the configuration of the device.
     * @return the device's name, by which it is opened.
     * @throws IllegalArgumentException when the address cannot be bound to a socket, or already has a device; also when
     *                                  a property that describes devices cannot be read.
     */
    public static String add(final InetAddress address, final SoftRoceSettings settings) {
        synchronized (DEVICES) {
            configure();
            final SoftDevice device = describe(requireHost(address), settings);
            DEVICES.add(device);
            return device.name();
        }
    }

    /**
     * Changes the faults injected into a device's packets, at once and until they are changed again.
     *
     * @param deviceName the device.
     * @param faults     the faults; {@link FaultSettings#NONE} ends them. The seed takes effect only when the device is
     *                   not open, or has had no faults since it was opened.
     * @throws NoSuchElementException   when there is no software device of that name.
     * @throws IllegalArgumentException when a property that describes devices cannot be read.
     */
    public static void injectFaults(final String deviceName, final FaultSettings faults) {
        synchronized (DEVICES) {
            configure();
            requireDevice(deviceName).faults(faults);
        }
    }

    /**
     * Describes the socket of an open device and, if it is not the fast one, the reason.
     *
     * @param deviceName the device.
     * @return a phrase such as "fast socket"; empty if the device is not open.
     * @throws NoSuchElementException   when there is no software device of that name.
     * @throws IllegalArgumentException when a property that describes devices cannot be read.
     */
    public static Optional<String> describeSocket(final String deviceName) {
        synchronized (DEVICES) {
            configure();
            return requireDevice(deviceName).socketDescription();
        }
    }

    private static SoftDevice requireDevice(final String deviceName) {
        return device(deviceName).orElseThrow(() -> new NoSuchElementException("no software device named " + deviceName
            + "; these exist: " + DEVICES.stream().map(SoftDevice::name).collect(Collectors.joining(", "))));
    }

    /** Finds a device by name, among those that are listed. */
    static Optional<SoftDevice> device(final String name) {
        synchronized (DEVICES) {
            return DEVICES.stream().filter(device -> device.name().equals(name)).findFirst();
        }
    }

    /** Returns the devices that exist now. */
    static List<DeviceOperations> list() throws ProviderException {
        synchronized (DEVICES) {
            try {
                configure();
            } catch (final IllegalArgumentException e) {
                throw new ProviderException("ibv_get_device_list", "provider=softroce", Errno.EINVAL, e.getMessage());
            }
            return List.copyOf(DEVICES);
        }
    }

    private static void configure() {
        if (configured) {
            return;
        }
        final SoftRoceSettings settings = configuredSettings();
        final Set<InetAddress> addresses = new LinkedHashSet<>();
        for (final String text : configuredText(ADDRESSES_PROPERTY, DEFAULT_ADDRESS).split(",")) {
            if (!text.isBlank() && !addresses.add(parseAddress(text.strip()))) {
                throw new IllegalArgumentException("system property " + ADDRESSES_PROPERTY + " names " + text.strip()
                    + " twice; there is only one device at an address");
            }
        }
        try {
            for (final InetAddress address : addresses) {
                DEVICES.add(describe(address, settings));
            }
            configured = true;
        } finally {
            if (!configured) {
                DEVICES.clear();
            }
        }
    }

    private static SoftRoceSettings configuredSettings() {
        final SoftRoceSettings usual = SoftRoceSettings.DEFAULT;
        return new SoftRoceSettings(
            configuredNumber(PORT_PROPERTY, usual.udpPort()),
            configuredNumber(RECEIVE_BUFFER_PROPERTY, usual.receiveBufferBytes()),
            FaultSettings.parse(configuredText(FAULTS_PROPERTY, "")),
            parseSocket(SOCKET_PROPERTY, configuredText(SOCKET_PROPERTY, usual.socket().name())));
    }

    private static SoftRoceSettings.Socket parseSocket(final String property, final String text) {
        for (final SoftRoceSettings.Socket socket : SoftRoceSettings.Socket.values()) {
            if (socket.name().equalsIgnoreCase(text.strip())) {
                return socket;
            }
        }
        throw new IllegalArgumentException("system property " + property + " is \"" + text
            + "\", not automatic, fast or channel");
    }

    private static String configuredText(final String property, final String otherwise) {
        final String set = System.getProperty(property);
        if (set != null) {
            return set;
        }
        final String variable = System.getenv(
            property.replace('.', '_').replaceAll("([a-z])([A-Z])", "$1_$2").toUpperCase(Locale.ROOT));
        return variable == null ? otherwise : variable;
    }

    private static int configuredNumber(final String property, final int otherwise) {
        final String text = configuredText(property, Integer.toString(otherwise)).strip();
        try {
            return Integer.parseInt(text);
        } catch (final NumberFormatException e) {
            throw new IllegalArgumentException("system property " + property + " is \"" + text + "\", not a number", e);
        }
    }

    private static InetAddress parseAddress(final String text) {
        try {
            return requireHost(InetAddress.ofLiteral(text));
        } catch (final IllegalArgumentException e) {
            throw new IllegalArgumentException("system property " + ADDRESSES_PROPERTY + " names \"" + text
                + "\": " + e.getMessage(), e);
        }
    }

    private static InetAddress requireHost(final InetAddress address) {
        final String flaw = LocalAddress.flaw(address);
        if (flaw != null) {
            throw new IllegalArgumentException(address.getHostAddress() + " " + flaw
                + "; a software device needs an address of this machine");
        }
        return address;
    }

    private static SoftDevice describe(final InetAddress address, final SoftRoceSettings settings) {
        for (final SoftDevice device : DEVICES) {
            if (device.address().equals(address) && device.udpPort() == settings.udpPort()) {
                throw new IllegalArgumentException(
                    "there is already a device at this address and port: " + device);
            }
        }
        final String name = NAME_PREFIX + DEVICES.size();
        if (settings.udpPort() != SoftRoceSettings.ROCE_PORT) {
            LOGGER.log(Level.INFO, "the software RDMA device {0} at {1} uses UDP port {2,number,#}; it reaches software"
                + " devices at that port, but neither kernel devices nor hardware, which use {3,number,#}", name,
                address.getHostAddress(), settings.udpPort(), SoftRoceSettings.ROCE_PORT);
        }
        final String own = System.getProperty(FAULTS_PROPERTY + "." + name);
        final String socketProperty = SOCKET_PROPERTY + "." + name;
        final String ownSocket = System.getProperty(socketProperty);
        return new SoftDevice(name, address, settings.udpPort(), settings.receiveBufferBytes(),
            own == null ? settings.faults() : FaultSettings.parse(own),
            (ownSocket == null ? settings.socket() : parseSocket(socketProperty, ownSocket)).allowedSockets());
    }
}
