// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.cm.ConnectionException.Reason;
import dev.ffmverbs.spi.AddressText;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import dev.ffmverbs.spi.ProviderException;
import java.net.InetSocketAddress;
import java.util.List;

/** Opens a listener on an address, in any port space. */
final class Listening {

    private final ManagedDevices devices;
    private final EventDispatcher dispatcher;
    private final InetSocketAddress address;
    private final int backlog;
    private final List<AddressOption> options;

    /**
     * Checks the arguments of a listener.
     *
     * @throws IllegalArgumentException if the address is not resolved or the backlog is less than 1.
     */
    Listening(
        final ManagedDevices devices, final EventDispatcher dispatcher, final InetSocketAddress address,
        final int backlog, final AddressOption... options) {
        ConnectionArguments.requireResolved("address", address);
        ConnectionArguments.requireBacklog(backlog);
        this.devices = devices;
        this.dispatcher = dispatcher;
        this.address = address;
        this.backlog = backlog;
        this.options = List.of(options);
    }

    Listener open(final PortSpace portSpace, final Listener.Service<?> service) {
        Listener listener = null;
        boolean listening = false;
        try {
            listener = dispatcher.create(portSpace,
                identifier -> new Listener(dispatcher, identifier, devices, service, backlog), Listener::target);
            final ConnectionIdentifierOperations identifier = listener.identifier();
            AddressOption.set(identifier, options);
            identifier.bind(address);
            requireOwnDevice(identifier);
            listener.setLocalAddress(identifier.localAddress());
            identifier.listen(backlog);
            listening = true;
            return listener;
        } catch (final ProviderException e) {
            throw new ConnectionException("cannot listen on " + devices, e);
        } finally {
            if (listener != null && !listening) {
                listener.close();
            }
        }
    }

    private void requireOwnDevice(final ConnectionIdentifierOperations identifier) {
        final String bound = identifier.deviceName();
        if (bound != null && !devices.contains(bound)) {
            throw new ConnectionException(Reason.NO_SUCH_LOCAL_ADDRESS, AddressText.of(address)
                + " belongs to device " + bound + ", not to " + devices.text());
        }
    }

    @Override
    public String toString() {
        return "Listening[" + AddressText.of(address) + " of " + devices + "]";
    }
}
