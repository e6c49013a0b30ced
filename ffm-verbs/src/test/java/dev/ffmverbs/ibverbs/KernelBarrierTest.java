// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ffmverbs.spi.ProcessBarrier;
import dev.ffmverbs.spi.ProviderException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KernelBarrierTest {

    @Test
    void aBarrierThatIsAvailableCanBeExecutedAgainAndAgain() throws ProviderException {
        final Optional<ProcessBarrier> barrier = KernelBarrier.available();
        assumeTrue(barrier.isPresent(), "the kernel or a sandbox does not allow membarrier(2) here");
        for (int i = 0; i < 100; i++) {
            barrier.get().execute();
        }
    }
}
