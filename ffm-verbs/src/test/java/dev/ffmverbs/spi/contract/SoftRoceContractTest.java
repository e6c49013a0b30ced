// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.contract;

import dev.ffmverbs.spi.ProviderException;

/** The contract of providers, on the software device. */
class SoftRoceContractTest implements ProviderContract, DataPathContract {

    @Override
    public ContractDevices devices() throws ProviderException {
        return ContractDevices.of("softroce");
    }
}
