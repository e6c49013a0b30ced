// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.injection;

import dev.ffmverbs.Verbs;
import dev.ffmverbs.ccm.ClientRequirements;
import dev.ffmverbs.ccm.ClientSession;
import dev.ffmverbs.ccm.ClusterClient;
import dev.ffmverbs.ccm.ClusterConnectionManager;
import dev.ffmverbs.ccm.NodeAddress;
import dev.ffmverbs.ccm.PartnerAddress;
import dev.ffmverbs.ccm.Session;
import dev.ffmverbs.ccm.SessionListener;
import dev.ffmverbs.ccm.value.LivenessThresholds;
import dev.ffmverbs.ccm.value.Silence;
import java.time.Duration;
import java.util.Scanner;

/**
 * A program that runs node A, whose threads are made to fail. Its arguments are device, address, two partners as {@code
 * NAME=ADDRESS:PORT}, and milliseconds until they are dead. Standard input takes the commands {@code start}, {@code arm
 * PREFIX KIND CALL ERRORS}, {@code disarm} and {@code close}. The node's events go to standard output, each line with
 * the number of the start.
 */
public final class VictimProgram {

    private static int round;

    private VictimProgram() {
    }

    /**
     * Runs it, until its standard input ends.
     *
     * @param arguments see above.
     */
    public static void main(final String[] arguments) {
        final Duration dead = Duration.ofMillis(Long.parseLong(arguments[4]));
        ClusterConnectionManager node = null;
        final Scanner input = new Scanner(System.in);
        while (input.hasNextLine()) {
            final String[] words = input.nextLine().split(" ");
            switch (words[0]) {
                case "start" -> {
                    round++;
                    node = ClusterConnectionManager
                        .builder(Verbs.device(arguments[0]), "A", NodeAddress.parse(arguments[1]))
                        .partner(PartnerAddress.parse(arguments[2])).partner(PartnerAddress.parse(arguments[3]))
                        .liveness(LivenessThresholds.defaults().withDeadAfter(dead, dead.multipliedBy(2)))
                        .client(new Client(round)).listener(new Events(round)).start();
                    say(round, "started");
                }
                case "arm" -> Injection.arm(words[1], Injection.Kind.valueOf(words[2]), Long.parseLong(words[3]),
                    Integer.parseInt(words[4]));
                case "disarm" -> {
                    Injection.disarm();
                    say(round, "fired at " + Injection.place());
                }
                default -> close(node);
            }
        }
    }

    private static void close(final ClusterConnectionManager node) {
        try {
            node.leave();
            say(round, "closed");
        } catch (final RuntimeException | Error e) {
            say(round, "leave threw " + e);
        }
    }

    private static void say(final int number, final String event) {
        synchronized (System.out) {
            System.out.println(number + " " + event);
        }
    }

    private record Client(int number) implements ClusterClient {

        @Override
        public ClientRequirements requirements() {
            return new ClientRequirements("log", 1, 4096);
        }

        @Override
        public void partnerReady(final ClientSession session) {
            say(number, "client ready " + session.partner().name());
        }

        @Override
        public void partnerDown(final ClientSession session) {
            say(number, "client down " + session.partner().name());
        }

        @Override
        public void portsClosed(final ClientSession session) {
            say(number, "client closed " + session.partner().name());
        }

        @Override
        public void sessionDropped(final ClientSession session) {
            say(number, "client dropped " + session.partner().name());
        }
    }

    private record Events(int number) implements SessionListener {

        @Override
        public void sessionUp(final Session session) {
            say(number, "up " + session.partner().name());
        }

        @Override
        public void partnerDown(final Session ended, final Silence silence) {
            say(number, "down " + ended.partner().name());
        }

        @Override
        public void sessionDropped(final Session ended) {
            say(number, "dropped " + ended.partner().name());
        }
    }
}
