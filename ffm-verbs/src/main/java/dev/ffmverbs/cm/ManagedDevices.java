// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.Context;
import dev.ffmverbs.Device;
import dev.ffmverbs.TransportType;
import dev.ffmverbs.UnsupportedVerbException;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The devices of a connection manager, all of one provider, each with the context that it was opened with. */
final class ManagedDevices {

    /** The contexts by the names of their devices, in the order in which they were given. */
    private final Map<String, Context> contexts = new LinkedHashMap<>();
    private final Device first;

    /**
     * Checks the contexts of a connection manager.
     *
     * @param contexts one context of each device.
     * @throws IllegalArgumentException if there is none, or two of one device, or their providers differ.
     * @throws IllegalStateException    if a context is closed.
     */
    ManagedDevices(final Collection<Context> contexts) {
        if (contexts.isEmpty()) {
            throw new IllegalArgumentException("a connection manager needs a context of at least one device");
        }
        this.first = contexts.iterator().next().device();
        for (final Context context : contexts) {
            final Device device = context.device();
            if (!device.provider().equals(first.provider())) {
                throw new IllegalArgumentException("the devices of a connection manager have one provider, but " + first
                    + " and " + device + " have two: open a connection manager for each");
            }
            if (this.contexts.putIfAbsent(device.name(), context) != null) {
                throw new IllegalArgumentException("a connection manager needs one context of each device, not two of "
                    + device);
            }
            if (!context.isOpen()) {
                throw new IllegalStateException(context + " is closed");
            }
        }
    }

    String provider() {
        return first.provider();
    }

    List<String> names() {
        return List.copyOf(contexts.keySet());
    }

    /** Returns whether a device is one of these. */
    boolean contains(final String deviceName) {
        return contexts.containsKey(deviceName);
    }

    /** Returns whether a device is one of these. */
    boolean contains(final Device device) {
        return device.provider().equals(provider()) && contains(device.name());
    }

    /** Returns the first device, which is the only one of most managers. */
    Device first() {
        return first;
    }

    /** Returns the context with which a device was named; empty if it is none of these. */
    Optional<Context> context(final String deviceName) {
        return Optional.ofNullable(contexts.get(deviceName));
    }

    /** Requires a device that has datagrams. The kernel would listen for TCP connections of iWARP instead. */
    void requireDatagrams() {
        if (contexts.values().stream().allMatch(context -> context.device().transportType() == TransportType.IWARP)) {
            throw new UnsupportedVerbException(new ProviderException(
                "rdma_create_id", "ps=RDMA_PS_UDP, device=" + text(), Errno.EOPNOTSUPP,
                "iWARP has no datagrams and no multicast; InfiniBand and RoCE have them"), first);
        }
    }

    /** Returns the names for messages. */
    String text() {
        return String.join(", ", contexts.keySet());
    }

    @Override
    public String toString() {
        return contexts.size() == 1 ? first.toString() : "Devices " + text() + " (" + provider() + ")";
    }
}
