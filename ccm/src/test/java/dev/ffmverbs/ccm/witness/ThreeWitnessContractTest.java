// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.witness;

import dev.ffmverbs.ccm.NodePair;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("dev.ffmverbs.ccm.NodePair#all")
class ThreeWitnessContractTest extends WitnessContract {

    ThreeWitnessContractTest(final NodePair devices) {
        super(devices, 3);
    }
}
