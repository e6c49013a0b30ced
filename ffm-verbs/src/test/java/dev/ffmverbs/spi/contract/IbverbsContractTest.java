// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.contract;

import dev.ffmverbs.spi.ProviderException;

/** Runs the provider contract on libibverbs if it has a device. */
class IbverbsContractTest implements ProviderContract, DataPathContract {

    @Override
    public ContractDevices devices() throws ProviderException {
        return ContractDevices.of("ibverbs");
    }
}
