// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.scale;

import dev.ffmverbs.Verbs;
import dev.ffmverbs.ccm.ClusterConnectionManager;
import dev.ffmverbs.ccm.PartnerAddress;
import dev.ffmverbs.ccm.SessionListener;
import dev.ffmverbs.ccm.value.BootPhase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench scale-partners}: a process full of partners; it ends when its input does. */
@Command(name = "scale-partners", hidden = true, description = "Partners of bench scale.")
public final class ScalePartnersCommand implements Callable<Integer> {

    @Option(names = "--run", required = true, description = "number of the run, which its addresses are made of")
    private long run;

    @Option(names = "--from", required = true, description = "number of the first partner")
    private int from;

    @Option(names = "--count", required = true, description = "how many")
    private int count;

    @Option(names = "--interval-ms", required = true, description = "heartbeat interval")
    private long intervalMs;

    /** For the command line. */
    public ScalePartnersCommand() {
    }

    @Override
    public Integer call() throws IOException {
        final List<ClusterConnectionManager> nodes = new ArrayList<>();
        for (int number = from; number < from + count; number++) {
            final PartnerAddress own = NodePlaces.partner(run, number);
            final ClusterConnectionManager node = ClusterConnectionManager
                .builder(Verbs.defaultDevice(), own.name(), own.address()).partner(NodePlaces.node(run))
                .liveness(NodePlaces.thresholds(intervalMs)).listener(new SessionListener() { }).start();
            node.bootPhase(BootPhase.ACTIVE);
            nodes.add(node);
        }
        System.out.println("ready: " + nodes.size());
        while (System.in.read() >= 0) {
            Thread.onSpinWait();
        }
        return 0;
    }
}
