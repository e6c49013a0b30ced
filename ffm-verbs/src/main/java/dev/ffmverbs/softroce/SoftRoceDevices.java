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
import java.net.Inet4Address;
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
 * <p>Without doing anything there is {@code soft0} at 127.0.0.1. Which devices there are, and how they are set up, say
 * system properties, or else environment variables, read when devices are first listed:
 * <table>
 *   <caption>Properties</caption>
 *   <tr><th>property</th><th>variable</th><th>meaning</th></tr>
 *   <tr><td>{@code softroce.addresses}</td><td>{@code SOFTROCE_ADDRESSES}</td>
 *     <td>IPv4 addresses of this machine, separated by commas: one device each, in this order. Empty: no device.</td>
 *   </tr>
 *   <tr><td>{@code softroce.port}</td><td>{@code SOFTROCE_PORT}</td>
 *     <td>UDP port instead of 4791, the same at all peers. Kernel devices and hardware are not reached then.</td></tr>
 *   <tr><td>{@code softroce.receiveBufferBytes}</td><td>{@code SOFTROCE_RECEIVE_BUFFER_BYTES}</td>
 *     <td>Size of the receive buffer to ask the system for.</td></tr>
 *   <tr><td>{@code softroce.socket}</td><td>{@code SOFTROCE_SOCKET}</td>
 *     <td>Which socket: {@code automatic}, {@code fast} or {@code channel}, see {@link SoftRoceSettings.Socket}.</td>
 *   </tr>
 *   <tr><td>{@code softroce.socket.soft0}</td><td></td><td>Which socket this device uses.</td></tr>
 *   <tr><td>{@code softroce.faults}</td><td>{@code SOFTROCE_FAULTS}</td>
 *     <td>What goes wrong at all devices, as {@link FaultSettings#parse} reads it.</td></tr>
 *   <tr><td>{@code softroce.faults.soft0}</td><td></td><td>What goes wrong at this device.</td></tr>
 * </table>
 *
 * <p>All methods may be called from any thread.
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
    /** System property for the socket of all devices; with a dot and a device's name for that of one. */
    public static final String SOCKET_PROPERTY = "softroce.socket";
    /** System property for faults of all devices; with a dot and a device's name for one. */
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
     * @param address  IPv4 address of this machine; whether it is one is found out when the device is opened.
     * @param settings how it is set up.
     * @return the device's name, to open it by.
     * @throws IllegalArgumentException when the address is not IPv4, is one that no socket can be bound to, or has a
     *                                  device already; also when a property that describes devices cannot be read.
     */
    public static String add(final InetAddress address, final SoftRoceSettings settings) {
        synchronized (DEVICES) {
            configure();
            final SoftDevice device = describe(requireIpv4(address), settings);
            DEVICES.add(device);
            return device.name();
        }
    }

    /**
     * Changes what goes wrong with a device's packets, at once and until it is changed again.
     *
     * @param deviceName the device.
     * @param faults     what is to go wrong; {@link FaultSettings#NONE} heals it. The seed counts only when the device
     *                   is not open, or had no faults since it was opened.
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
     * Says which socket an open device uses, and why it is not the fast one.
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

    /** The device of a name, once devices were listed. */
    static Optional<SoftDevice> device(final String name) {
        synchronized (DEVICES) {
            return DEVICES.stream().filter(device -> device.name().equals(name)).findFirst();
        }
    }

    /** The devices there are now. */
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
        final Set<Inet4Address> addresses = new LinkedHashSet<>();
        for (final String text : configuredText(ADDRESSES_PROPERTY, DEFAULT_ADDRESS).split(",")) {
            if (!text.isBlank() && !addresses.add(parseAddress(text.strip()))) {
                throw new IllegalArgumentException("system property " + ADDRESSES_PROPERTY + " names " + text.strip()
                    + " twice: there is one device at an address");
            }
        }
        try {
            for (final Inet4Address address : addresses) {
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

    private static Inet4Address parseAddress(final String text) {
        try {
            return requireIpv4(InetAddress.ofLiteral(text));
        } catch (final IllegalArgumentException e) {
            throw new IllegalArgumentException("system property " + ADDRESSES_PROPERTY + " names \"" + text
                + "\": " + e.getMessage(), e);
        }
    }

    private static Inet4Address requireIpv4(final InetAddress address) {
        String flaw = "is an IPv6 address";
        if (address instanceof Inet4Address ipv4) {
            flaw = LocalAddress.flaw(ipv4);
            if (flaw == null) {
                return ipv4;
            }
        }
        throw new IllegalArgumentException(address.getHostAddress() + " " + flaw
            + "; a software device needs an IPv4 address of this machine, IPv6 is not supported");
    }

    private static SoftDevice describe(final Inet4Address address, final SoftRoceSettings settings) {
        for (final SoftDevice device : DEVICES) {
            if (device.address().equals(address) && device.udpPort() == settings.udpPort()) {
                throw new IllegalArgumentException(
                    "there is a device at this address and port already: " + device);
            }
        }
        final String name = NAME_PREFIX + DEVICES.size();
        if (settings.udpPort() != SoftRoceSettings.ROCE_PORT) {
            LOGGER.log(Level.INFO, "the software RDMA device {0} at {1} uses UDP port {2,number,#}: it reaches software"
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
