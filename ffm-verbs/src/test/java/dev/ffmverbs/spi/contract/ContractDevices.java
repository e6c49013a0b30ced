// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.contract;

import dev.ffmverbs.DevicePair;
import dev.ffmverbs.spi.DeviceOperations;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.VerbsProvider;
import dev.ffmverbs.spi.VerbsProviders;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/**
 * The provider that a contract test runs on, and two of its devices that can reach each other.
 *
 * @param provider the provider.
 * @param left     one device.
 * @param right    the other device, or the same one if the provider has no second.
 */
public record ContractDevices(VerbsProvider provider, DeviceOperations left, DeviceOperations right) {

    /**
     * Returns the devices that the tests of this library use for a provider. If there are none, skips the test with the
     * reason.
     */
    public static ContractDevices of(final String providerName) throws ProviderException {
        final VerbsProvider provider = VerbsProviders.find(providerName).orElseThrow();
        final Optional<DevicePair> pair = DevicePair.all()
            .filter(found -> found.left() != null && found.left().provider().equals(providerName)
                && found.right().provider().equals(providerName))
            .reduce((first, last) -> last);
        Assumptions.assumeTrue(pair.isPresent(), () -> "provider " + providerName + " has no device here: "
            + provider.unavailability().orElseGet(provider::whereSearched));
        pair.get().requireManualConnections();
        return new ContractDevices(provider, device(provider, pair.get().left().name()),
            device(provider, pair.get().right().name()));
    }

    /** Returns the device with a given name. */
    public static DeviceOperations device(final VerbsProvider provider, final String name) throws ProviderException {
        return provider.devices().stream().filter(device -> device.name().equals(name)).findFirst().orElseThrow();
    }
}
