// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.witness;

import dev.ffmverbs.ccm.NodePair;
import dev.ffmverbs.ccm.ownership.Arbiter;
import dev.ffmverbs.ccm.ownership.ArbiterContract;
import org.junit.jupiter.api.AfterEach;

/** What every arbiter promises, tried with a number of witnesses. */
abstract class WitnessContract extends ArbiterContract {

    private final WitnessSite site;

    WitnessContract(final NodePair devices, final int witnesses) {
        site = new WitnessSite(devices, witnesses);
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
