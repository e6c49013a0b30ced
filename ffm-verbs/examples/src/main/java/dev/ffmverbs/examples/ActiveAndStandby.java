// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.examples;

import dev.ffmverbs.Verbs;
import dev.ffmverbs.ccm.ClusterConnectionManager;
import dev.ffmverbs.ccm.NodeEvent;
import dev.ffmverbs.ccm.PartnerAddress;
import dev.ffmverbs.ccm.ownership.Arbiter;
import dev.ffmverbs.ccm.ownership.Ownership;
import dev.ffmverbs.ccm.ownership.OwnershipListener;
import dev.ffmverbs.ccm.value.SharedSecret;
import dev.ffmverbs.ccm.witness.Witness;
import dev.ffmverbs.ccm.witness.WitnessArbiter;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Two nodes, of which one is active and one on standby, and a witness that decides between them. The first process is
 * the witness, and starts the nodes. It kills the active one, and the other takes over.
 */
public final class ActiveAndStandby {

    private static final int WITNESS_PORT = 7470;
    private static final int NODE_PORT = 7470;
    private static final String ACTIVE = " is active";
    private static final int LIMIT_SECONDS = 60;

    private ActiveAndStandby() {
    }

    /**
     * Runs the witness, or a node if the arguments say which one.
     *
     * @param arguments a device and an address of it.
     * @throws Exception if anything fails.
     */
    public static void main(final String[] arguments) throws Exception {
        final Arguments own = Arguments.of(arguments);
        if (own.isFirstProcess()) {
            witness(own);
        } else {
            node(own, own.rest().get(1), own.rest().get(2));
        }
    }

    private static void witness(final Arguments own) throws Exception {
        final String at = Arguments.text(own.at(WITNESS_PORT));
        final String a = "A=" + own.addressOfProcess(1) + ":" + (NODE_PORT + 1);
        final String b = "B=" + own.addressOfProcess(2) + ":" + (NODE_PORT + 2);
        // Without a secret, everybody in this network may join. A cluster has one.
        final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        try (Witness witness = Witness.start(Verbs.device(own.device()), own.at(WITNESS_PORT), SharedSecret.NONE);
             OtherProcess nodeA = OtherProcess.startToRead(ActiveAndStandby.class, own, 1, at, a, b);
             OtherProcess nodeB = OtherProcess.startToRead(ActiveAndStandby.class, own, 2, at, b, a)) {
            nodeA.readInto(lines);
            nodeB.readInto(lines);
            // If neither has owned before, the node whose name sorts first begins to own, unless it is late.
            final boolean isA = awaitActive(lines, "node ").startsWith("node A");
            final String active = isA ? "node A" : "node B";
            final String standby = isA ? "node B" : "node A";
            System.out.println("the witness at " + witness.address() + " has seen " + witness.pairs());
            System.out.println("killing " + active);
            final long killedNs = System.nanoTime();
            (isA ? nodeA : nodeB).kill();
            awaitActive(lines, standby);
            System.out.println(standby + " took over within "
                + Duration.ofNanos(System.nanoTime() - killedNs).toMillis() + " ms");
        }
    }

    /** Prints what the nodes say, until a node whose name begins like this is active; returns that line. */
    static String awaitActive(final BlockingQueue<String> lines, final String node) throws InterruptedException {
        String line = "";
        while (!line.startsWith(node) || !line.contains(ACTIVE)) {
            line = lines.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
            if (line == null) {
                throw new IllegalStateException("no line of " + node + " for " + LIMIT_SECONDS + " s");
            }
            System.out.println(line);
        }
        return line;
    }

    private static void node(final Arguments own, final String self, final String other) throws Exception {
        final PartnerAddress node = PartnerAddress.parse(self);
        final PartnerAddress partner = PartnerAddress.parse(other);
        final InetSocketAddress listen = node.address();
        final Arbiter arbiter = WitnessArbiter
            .builder(Verbs.device(own.device()), node.name(), listen, partner).witness(own.peer()).open();
        try (ClusterConnectionManager manager = ClusterConnectionManager
                 .builder(Verbs.device(own.device()), node.name(), listen)
                 .partner(partner)
                 .listener(event -> print(node, event))
                 .start();
             Ownership ownership = Ownership.builder(manager, partner.name(), arbiter)
                 .lease(Duration.ofMillis(500))
                 .listener(new OwnershipListener() {
                     @Override
                     public void ownershipAcquired(final long term) {
                         System.out.println("node " + node.name() + ACTIVE + " in term " + term);
                     }

                     @Override
                     public void ownershipLost(final long term) {
                         System.out.println("node " + node.name() + " is on standby");
                     }
                 })
                 .start()) {
            while (true) {
                // What only the active node may do asks before each time, and tells the receiver the term.
                if (ownership.isHeld()) {
                    use(ownership.term());
                }
                Thread.sleep(10);
            }
        }
    }

    private static void print(final PartnerAddress node, final NodeEvent event) {
        if (event instanceof NodeEvent.SessionUp || event instanceof NodeEvent.SessionEnded) {
            System.out.println("node " + node.name() + ": " + event.text());
        }
    }

    /** A real node writes to its storage here, which refuses a term below the highest one that it has seen. */
    private static void use(final long term) {
        if (term <= 0) {
            throw new IllegalStateException("terms begin at 1");
        }
    }
}
