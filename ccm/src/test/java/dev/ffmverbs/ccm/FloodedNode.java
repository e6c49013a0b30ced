// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.Context;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.HeartbeatSummary;
import dev.ffmverbs.ccm.value.Liveness;
import dev.ffmverbs.ccm.value.SharedSecret;
import dev.ffmverbs.ccm.value.Silence;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A program that runs a node with a secret. It prints how its session fares and, for each line of its standard input,
 * what the node has cost so far. Its arguments are name, device, address, partner's name and address. It leaves cleanly
 * when its input ends.
 */
public final class FloodedNode {

    private FloodedNode() {
    }

    /**
     * Runs it.
     *
     * @param arguments see above.
     * @throws IOException when standard input cannot be read.
     */
    public static void main(final String[] arguments) throws IOException {
        try (ClusterConnectionManager node = ClusterConnectionManager
            .builder(Verbs.device(arguments[1]), arguments[0], NodeAddress.parse(arguments[2]))
            .partner(new PartnerAddress(arguments[3], NodeAddress.parse(arguments[4])))
            .secret(SharedSecret.of("what no stranger knows".getBytes(StandardCharsets.US_ASCII)))
            .listener(new Events()).start();
             Context context = Verbs.open(arguments[1]);
             BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
            say("boot " + node.bootId());
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                report(line, node, context);
            }
        }
    }

    private static void report(final String what, final ClusterConnectionManager node, final Context context) {
        System.gc();
        final HeartbeatSummary beats = node.partners().getFirst().heartbeats();
        final Map<String, Long> device = context.portStatistics(1);
        say(what + " beats=" + beats.count() + " late=" + beats.late() + " unanswered=" + beats.unanswered()
            + " p50Ns=" + beats.p50Ns() + " p99Ns=" + beats.p99Ns() + " maxNs=" + beats.maxNs() + " heapBytes="
            + (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) + " datagrams="
            + device.getOrDefault("CONNECTION_MANAGER_RECEIVED", 0L) + " dropped="
            + device.getOrDefault("CONNECTION_MANAGER_DROPPED_BUDGET", 0L) + " rejected="
            + node.rejections().values().stream().mapToLong(Long::longValue).sum());
    }

    private static void say(final String line) {
        synchronized (System.out) {
            System.out.println(line);
        }
    }

    private static final class Events implements SessionListener {

        @Override
        public void sessionUp(final Session session) {
            say("up " + session.partnerSide().bootId());
        }

        @Override
        public void livenessChanged(final Session session, final Liveness liveness, final Silence silence) {
            say("liveness " + liveness + " " + silence);
        }

        @Override
        public void connectionLost(final Partner partner, final String detail) {
            say("lost " + detail);
        }

        @Override
        public void partnerDown(final Session ended, final Silence silence) {
            say("ended down " + silence);
        }

        @Override
        public void partnerRestarted(final Session ended, final BootId bootId) {
            say("ended restarted " + bootId);
        }

        @Override
        public void sessionDropped(final Session ended) {
            say("ended dropped");
        }
    }
}
