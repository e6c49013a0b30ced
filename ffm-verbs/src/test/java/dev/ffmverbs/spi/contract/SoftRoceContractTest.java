// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.contract;

import dev.ffmverbs.spi.ProviderException;

/** Runs the provider contract on the software device. */
class SoftRoceContractTest implements ProviderContract, DataPathContract {

    @Override
    public ContractDevices devices() throws ProviderException {
        return ContractDevices.of("softroce");
    }
}
