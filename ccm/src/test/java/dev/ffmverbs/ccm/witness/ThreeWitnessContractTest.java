// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.witness;

import dev.ffmverbs.ccm.NodePair;
import dev.ffmverbs.ccm.ownership.Arbiter;
import dev.ffmverbs.ccm.ownership.ArbiterContract;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("dev.ffmverbs.ccm.NodePair#all")
class ThreeWitnessContractTest extends ArbiterContract {

    private final WitnessSite site;

    ThreeWitnessContractTest(final NodePair devices) {
        site = new WitnessSite(devices, 3);
    }

    @Override
    protected Arbiter open(final int node) {
        return site.open(node);
    }

    @Override
    protected void endStore() {
        site.witnesses.forEach(Witness::close);
    }

    @AfterEach
    void closeSite() {
        site.close();
    }
}
