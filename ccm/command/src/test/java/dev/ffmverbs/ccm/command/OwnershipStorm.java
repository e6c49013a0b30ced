// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.command.OwnershipUses.Use;
import java.net.InetSocketAddress;
import java.rmi.RemoteException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;

/**
 * Kills and stops two nodes, A and B, and their witness W at random moments, cuts the links between them, and lets the
 * owner hand over. A judge reads every use of what a node owned: never do two own, and after each cycle one owns again.
 */
final class OwnershipStorm {

    private static final int CYCLES_PER_NEWS = 10;
    private static final List<String> DIRECTIONS = List.of("both", "incoming", "outgoing");

    private final String name;
    private final Map<String, Member> members;
    private final Settings settings;
    private final Random random;
    private final List<String> history = new ArrayList<>();
    private final List<String> printed = new ArrayList<>();
    private final Histogram ownedAgainMs = new Histogram(TimeUnit.MINUTES.toMillis(10), 3);
    private boolean founded;

    /**
     * One of the three processes.
     *
     * @param process    the process, not started yet.
     * @param clock      the clock of its machine.
     * @param deviceName name of its device.
     * @param address    address and port where it listens.
     */
    record Member(StormProcess process, MachineClock clock, String deviceName, InetSocketAddress address) {
    }

    /**
     * How violent the storm is, and how patient.
     *
     * @param seed    seed of all that is random.
     * @param lease   lease of the ownership.
     * @param dead    after how long a node declares its partner dead.
     * @param longest the longest stop of a process, and the longest cut of a link: longer than all that a node waits
     *     for.
     * @param look    pause between two looks at what the nodes use.
     * @param limit   the longest time until one owns again.
     */
    record Settings(long seed, Duration lease, Duration dead, Duration longest, Duration look, Duration limit) {

        /** A node that has used what it owned as recently as this is taken for the owner. */
        private long recentNs() {
            return 20 * look.toNanos();
        }
    }

    /**
     * Starts nothing yet.
     *
     * @param name     what runs the storm, for what is printed.
     * @param members  the processes A, B and W.
     * @param settings what the storm is like.
     */
    OwnershipStorm(final String name, final Map<String, Member> members, final Settings settings) {
        this.name = name;
        this.members = new TreeMap<>(members);
        this.settings = settings;
        this.random = new Random(settings.seed());
    }

    /** Starts the three processes and disturbs them. */
    void run(final int cycles) throws RemoteException, InterruptedException {
        start("W");
        start("A");
        start("B");
        awaitOwner();
        for (int cycle = 1; cycle <= cycles; cycle++) {
            history.clear();
            disturb();
            awaitOwner();
            judge();
            if (cycle % CYCLES_PER_NEWS == 0) {
                System.out.printf("ownership storm on %s: %d of %d cycles, %d terms%n", name, cycle, cycles,
                    readUses().size());
            }
        }
        System.out.printf("ownership storm on %s: %d cycles, %d terms; an owner after p50 %d ms, p99 %d ms, max %d"
            + " ms; clocks compared within %d us%n", name, cycles, readUses().size(),
            ownedAgainMs.getValueAtPercentile(50), ownedAgainMs.getValueAtPercentile(99), ownedAgainMs.getMaxValue(),
            members.values().stream().mapToLong(member -> member.clock().uncertaintyNs() / 1_000).max().orElseThrow());
    }

    private StormProcess process(final String process) {
        return members.get(process).process();
    }

    private static String partnerOf(final String node) {
        return node.equals("A") ? "B" : "A";
    }

    private void note(final String what) {
        history.add(what);
    }

    private String address(final String process) {
        return NodeLog.text(members.get(process).address());
    }

    /** Reads what has been printed, and whether the witness is founded. */
    private void collectLines() throws RemoteException {
        for (final Map.Entry<String, Member> member : members.entrySet()) {
            final List<String> lines = member.getValue().process().takeLines();
            founded |= member.getKey().equals("W") && lines.stream().anyMatch(line -> line.contains("won by "));
            lines.forEach(line -> printed.add(member.getKey() + ": " + line));
        }
    }

    private void start(final String process) throws RemoteException {
        final List<String> arguments =
            new ArrayList<>(List.of("--device", members.get(process).deviceName(), "--listen", address(process)));
        if (process.equals("W")) {
            collectLines();
            founded = false;
        } else {
            final String deadMs = Long.toString(settings.dead().toMillis());
            arguments.addAll(List.of("--name", process, "--partner",
                partnerOf(process) + "=" + address(partnerOf(process)), "--witness", address("W"), "--lease-ms",
                Long.toString(settings.lease().toMillis()), "--dead-ms", deadMs, "--stalled-dead-ms", deadMs,
                "--lines", "JSON", "--controlled"));
        }
        process(process).start(process.equals("W") ? "witness" : "node", arguments);
    }

    private List<Use> readUses() throws RemoteException {
        final List<Use> uses = new ArrayList<>();
        for (final Map.Entry<String, Member> member : members.entrySet()) {
            final MachineClock clock = member.getValue().clock();
            for (final long[] use : member.getValue().process().readUses()) {
                uses.add(clock.convert(member.getKey(), use));
            }
        }
        return uses;
    }

    private String context() {
        try {
            collectLines();
        } catch (final RemoteException e) {
            printed.add("no more lines: " + e);
        }
        return "seed " + settings.seed() + ", " + history + ", printed: " + String.join("\n", printed);
    }

    private void judge() throws RemoteException {
        for (final Member member : members.values()) {
            member.clock().measure();
        }
        assertEquals(List.of(), OwnershipUses.judge(readUses()), this::context);
    }

    /** Sleeps until the next look, or fails if the limit is over. */
    private void sleepBelowLimit(final long startNs, final String problem) throws InterruptedException {
        final Supplier<String> message = () -> problem + " after " + settings.limit().toSeconds() + " s, " + context();
        assertTrue(System.nanoTime() - startNs < settings.limit().toNanos(), message);
        Thread.sleep(settings.look());
    }

    private void awaitOwner() throws RemoteException, InterruptedException {
        final long startNs = System.nanoTime();
        while (readUses().stream().noneMatch(use -> use.lastNs() - startNs >= 0)) {
            sleepBelowLimit(startNs, "nobody owns");
        }
        ownedAgainMs.recordValue(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs));
    }

    /** Returns the node that has used what it owned a moment ago; A if none has. */
    private String findOwner() throws RemoteException {
        final long nowNs = System.nanoTime();
        return readUses().stream().filter(use -> nowNs - use.lastNs() < settings.recentNs()).map(Use::node).findFirst()
            .orElse("A");
    }

    private void pause() throws InterruptedException {
        Thread.sleep(random.nextInt((int) settings.longest().toMillis()));
    }

    private void kill(final String process) throws RemoteException, InterruptedException {
        note("kill " + process);
        process(process).kill();
        if (random.nextBoolean()) {
            pause();
        }
        start(process);
    }

    /**
     * Kills a node, and starts it again when its partner owns. Both have given their word to the witness before: the
     * partner alone must not found one that has just started.
     */
    private void killUntilPartnerOwns(final String node) throws RemoteException, InterruptedException {
        final long startNs = System.nanoTime();
        collectLines();
        while (!founded) {
            sleepBelowLimit(startNs, "nobody founds the witness");
            collectLines();
        }
        note("kill " + node + " until its partner owns");
        process(node).kill();
        awaitOwner();
        start(node);
    }

    private void stop(final String process) throws RemoteException, InterruptedException {
        note("stop " + process);
        process(process).pause();
        pause();
        process(process).resume();
    }

    /** Cuts a link of a node in one direction or both, for a while. */
    private void cut(final String node) throws RemoteException, InterruptedException {
        final String peer = random.nextBoolean() ? "W" : partnerOf(node);
        final String direction = DIRECTIONS.get(random.nextInt(DIRECTIONS.size()));
        note("cut " + node + " from " + peer + " " + direction);
        process(node).cut(members.get(peer).address().getAddress(), direction);
        pause();
        if (random.nextInt(3) == 0) {
            final String other = random.nextBoolean() ? partnerOf(node) : node;
            if (random.nextBoolean()) {
                kill(other);
            } else {
                stop(other);
            }
        }
        process(node).heal();
    }

    private void disturb() throws RemoteException, InterruptedException {
        final String owner = findOwner();
        final String node = random.nextInt(4) > 0 ? owner : partnerOf(owner);
        switch (random.nextInt(7)) {
            case 0 -> kill(node);
            case 1 -> killUntilPartnerOwns(node);
            case 2 -> stop(node);
            case 3 -> kill("W");
            case 4 -> {
                note("hand over from " + owner);
                process(owner).handOver();
            }
            default -> cut(node);
        }
    }
}
