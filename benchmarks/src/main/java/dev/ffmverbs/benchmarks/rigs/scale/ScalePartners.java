// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.scale;

import dev.ffmverbs.Verbs;
import dev.ffmverbs.benchmarks.process.JavaProgram;
import dev.ffmverbs.ccm.ClusterConnectionManager;
import dev.ffmverbs.ccm.PartnerAddress;
import dev.ffmverbs.ccm.SessionListener;
import dev.ffmverbs.ccm.value.BootPhase;
import dev.ffmverbs.ccm.value.LivenessThresholds;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A process that runs many partners. It ends when its input does. */
final class ScalePartners {

    private ScalePartners() {
    }

    /**
     * Starts the partners and waits for the end of the input.
     *
     * @param arguments number of the run, number of the first partner, number of partners, and heartbeat interval in
     *                  milliseconds.
     * @throws IOException if the input fails.
     */
    public static void main(final String[] arguments) throws IOException {
        JavaProgram.exitOnFailure();
        final long run = Long.parseLong(arguments[0]);
        final int first = Integer.parseInt(arguments[1]);
        final int count = Integer.parseInt(arguments[2]);
        final LivenessThresholds thresholds = NodePlaces.thresholds(Long.parseLong(arguments[3]));
        final List<ClusterConnectionManager> nodes = new ArrayList<>();
        for (int number = first; number < first + count; number++) {
            final PartnerAddress own = NodePlaces.partner(run, number);
            final ClusterConnectionManager node = ClusterConnectionManager
                .builder(Verbs.defaultDevice(), own.name(), own.address()).partner(NodePlaces.node(run))
                .liveness(thresholds).listener(new SessionListener() { }).start();
            node.bootPhase(BootPhase.ACTIVE);
            nodes.add(node);
        }
        System.out.println("ready: " + nodes.size());
        while (System.in.read() >= 0) {
            Thread.onSpinWait();
        }
        System.exit(0);
    }
}
