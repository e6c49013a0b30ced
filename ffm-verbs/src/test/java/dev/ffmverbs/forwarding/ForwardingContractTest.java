// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.forwarding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.ffmverbs.PrivateLoopbackAddresses;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.VerbsProvider;
import dev.ffmverbs.spi.contract.ContractDevices;
import dev.ffmverbs.spi.contract.DataPathContract;
import dev.ffmverbs.spi.contract.ProviderContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the provider contract on a provider from outside the library, loaded by {@link ServiceLoader}. */
class ForwardingContractTest implements ProviderContract, DataPathContract {

    static {
        PrivateLoopbackAddresses.use();
    }

    @TempDir
    private Path folder;

    private ThirdPartyLoader loader;

    @BeforeEach
    void load() throws IOException {
        loader = new ThirdPartyLoader(folder, ForwardingProvider.class, VerbsProvider.class);
    }

    @AfterEach
    void unload() throws IOException {
        loader.close();
    }

    private VerbsProvider provider() {
        final List<VerbsProvider> found = ServiceLoader.load(VerbsProvider.class, loader).stream()
            .filter(provider -> provider.type().getClassLoader() == loader)
            .map(ServiceLoader.Provider::get).toList();
        assertEquals(1, found.size(), found::toString);
        return found.get(0);
    }

    @Override
    public ContractDevices devices() throws ProviderException {
        final VerbsProvider provider = provider();
        final ContractDevices behind = ContractDevices.of("softroce");
        return new ContractDevices(provider,
            ContractDevices.device(provider, ForwardingProvider.PREFIX + behind.left().name()),
            ContractDevices.device(provider, ForwardingProvider.PREFIX + behind.right().name()));
    }

    @Test
    void theProviderIsOutsideOfTheLibrarysModule() {
        assertFalse(provider().getClass().getModule().isNamed());
    }
}
