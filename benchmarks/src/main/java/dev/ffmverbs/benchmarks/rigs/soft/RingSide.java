// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import java.io.IOException;
import java.util.Optional;

/**
 * A ring of messages by RDMA WRITE over a verbs device, two JVMs.
 *
 * @param name   name in results.
 * @param device the device, with the processes that drive it.
 */
public record RingSide(String name, DeviceSide device) implements Side {

    @Override
    public String description() {
        return "a ring of messages by RDMA WRITE, " + device.description();
    }

    @Override
    public boolean isC() {
        return false;
    }

    @Override
    public Optional<String> whyNot(final Load load) {
        return load.transfer() != Transfer.MESSAGE || load.mode() != WaitMode.POLL
            ? Optional.of("the ring is measured with messages and ends that poll") : Optional.empty();
    }

    @Override
    public Figures run(final Load load) throws IOException {
        return device.run(RingWorker.class, load);
    }
}
