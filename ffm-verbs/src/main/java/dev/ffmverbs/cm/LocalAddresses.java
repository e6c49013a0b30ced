// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.Context;
import dev.ffmverbs.GidType;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import dev.ffmverbs.spi.ConnectionManagerOperations;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.VerbsProviders;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The addresses of this machine that a device listens on and connects from.
 *
 * <p>A RoCE device has them in its GID table. The GIDs of iWARP and InfiniBand devices are no addresses of a network
 * interface. The connection manager knows which device an address belongs to.
 */
public final class LocalAddresses {

    private LocalAddresses() {
    }

    /**
     * Finds the addresses of a device ({@code rdma_bind_addr(3)}). Binds each address of the machine for a moment.
     *
     * @param context an open context of the device.
     * @return the addresses, first those of the GID table in its order; empty if the device has none, for example
     *     because its network interface is down.
     * @throws ConnectionException         if librdmacm is missing.
     * @throws dev.ffmverbs.VerbsException if the device cannot be queried.
     * @throws IllegalStateException       if the context is closed.
     */
    public static List<InetAddress> of(final Context context) {
        final Set<InetAddress> candidates = new LinkedHashSet<>();
        for (int port = 1; port <= context.attributes().physicalPorts(); port++) {
            context.gidTable(port).stream().filter(entry -> entry.type() == GidType.ROCE_V2)
                .forEach(entry -> candidates.add(entry.gid().address()));
        }
        addInterfaces(candidates);
        final String device = context.device().name();
        try {
            final ConnectionManagerOperations manager = VerbsProviders.find(context.device().provider()).orElseThrow()
                .openConnectionManager(List.of(device));
            try {
                return candidates.stream().filter(address -> isOf(device, manager, address)).toList();
            } finally {
                manager.close();
            }
        } catch (final ProviderException e) {
            throw new ConnectionException("the addresses of " + context.device() + " cannot be found", e);
        }
    }

    private static void addInterfaces(final Set<InetAddress> candidates) {
        try {
            NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses).forEach(candidates::add);
        } catch (final SocketException unreadable) {
            return;
        }
    }

    private static boolean isOf(
        final String device, final ConnectionManagerOperations manager, final InetAddress address) {
        try {
            final ConnectionIdentifierOperations identifier = manager.createIdentifier();
            try {
                identifier.bind(new InetSocketAddress(address, 0));
                return device.equals(identifier.deviceName());
            } finally {
                identifier.close();
            }
        } catch (final ProviderException ofNoDevice) {
            return false;
        }
    }
}
