// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.Device;
import dev.ffmverbs.cm.ConnectionException.Reason;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import dev.ffmverbs.spi.ProviderException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * Resolves the address and the route of one connection, in several attempts.
 *
 * <p>The kernel may miss a neighbour's answer. It then checks again only when the time of an attempt is up
 * (drivers/infiniband/core/addr.c). One long attempt can therefore take longer than several short ones.
 */
final class AddressResolution {

    private static final int ATTEMPTS = 4;
    private static final int MAXIMUM_ATTEMPT_MS = 1000;

    private final ConnectionIdentifierOperations identifier;
    private final InetSocketAddress localAddress;
    private final InetSocketAddress remoteAddress;
    private final int attemptMs;
    private int attemptsLeft = ATTEMPTS;

    /**
     * Prepares the first attempt.
     *
     * @param identifier    identifier of the connection.
     * @param localAddress  local address to connect from, or null to let the routes decide.
     * @param remoteAddress address to resolve.
     * @param timeoutNs     time limit for the whole connection attempt.
     */
    AddressResolution(
        final ConnectionIdentifierOperations identifier, final InetSocketAddress localAddress,
        final InetSocketAddress remoteAddress, final long timeoutNs) {
        this.identifier = identifier;
        this.localAddress = localAddress;
        this.remoteAddress = remoteAddress;
        this.attemptMs = Math.clamp(TimeUnit.NANOSECONDS.toMillis(timeoutNs) / ATTEMPTS, 1, MAXIMUM_ATTEMPT_MS);
    }

    /** Sets the options of the connection and starts the first attempt. The options cannot be set later. */
    void begin(final ConnectionParameters parameters) throws ProviderException {
        AddressOption.set(identifier, parameters.addressOptions());
        if (parameters.trafficClass().isPresent()) {
            identifier.setTrafficClass(parameters.trafficClass().getAsInt());
        }
        if (parameters.timeoutExponent().isPresent()) {
            identifier.setAcknowledgeTimeout(parameters.timeoutExponent().getAsInt());
        }
        resolveAddress();
    }

    boolean hasAttemptsLeft() {
        return attemptsLeft > 0;
    }

    /** Starts an attempt to resolve the address. */
    void resolveAddress() throws ProviderException {
        attemptsLeft--;
        identifier.resolveAddress(localAddress, remoteAddress, attemptMs);
    }

    /**
     * Returns the failure if the resolved address leads through another device than that of the queue pair, otherwise
     * null.
     */
    ConnectionException requireDevice(final Device own, final ConnectionFailures failures) {
        final String device = identifier.deviceName();
        return own.name().equals(device) ? null : failures.of(Reason.ADDRESS_UNREACHABLE,
            "the route to it leads through device " + device + ", but the queue pair belongs to device " + own.name()
                + "; pass the local address to connect from");
    }

    /** Starts to resolve the route to the resolved address. */
    void resolveRoute() throws ProviderException {
        identifier.resolveRoute(attemptMs);
    }
}
