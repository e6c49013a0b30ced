// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.ccm.command.OwnershipStorm.Member;
import dev.ffmverbs.ccm.command.OwnershipStorm.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.rmi.NotBoundException;
import java.rmi.RemoteException;
import java.rmi.registry.LocateRegistry;
import java.rmi.server.UnicastRemoteObject;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * An {@link OwnershipStorm} over three machines with RoCE devices of the kernel: one for each node and one for the
 * witness, which also drives the storm. It reaches the machines of the nodes by Java RMI over TCP.
 *
 * <p>{@code benchmarks/lab/ownership-three-guests} runs it in three guests of the lab.
 */
public final class OwnershipStormProgram {

    private static final int CONTROL_PORT = 7_400;
    private static final int NODE_PORT = 7_471;
    private static final long PATIENCE_NS = TimeUnit.MINUTES.toNanos(2);
    private static final long RETRY_MS = 200;

    /** Emulated processors take seconds for what others do in milliseconds. */
    private static final Settings SETTINGS = new Settings(Long.getLong("ccm.ownership.seed", 20261130),
        Duration.ofMillis(Long.getLong("ccm.ownership.leaseMs", 1_500)),
        Duration.ofMillis(Long.getLong("ccm.ownership.deadMs", 3_000)), Duration.ofSeconds(6), Duration.ofMillis(50),
        Duration.ofMinutes(3));

    private OwnershipStormProgram() {
    }

    /**
     * Serves one of the nodes until the program is killed, or drives the storm.
     *
     * @param arguments {@code serve NAME ADDRESS DEVICE}, or {@code drive CYCLES ADDRESS_A ADDRESS_B ADDRESS_W DEVICE}.
     * @throws IOException          if another machine, a file or the network interface cannot be used.
     * @throws InterruptedException never.
     */
    public static void main(final String[] arguments) throws IOException, InterruptedException {
        if (arguments[0].equals("serve")) {
            serve(arguments[1], arguments[2], arguments[3]);
        } else {
            drive(Integer.parseInt(arguments[1]), List.of(arguments[2], arguments[3], arguments[4]), arguments[5]);
        }
    }

    private static FilteredStormProcess prepare(final String name, final String device) throws IOException {
        final Path parent = Path.of("/sys/class/infiniband", device, "parent");
        return new FilteredStormProcess(name, Files.createTempDirectory("ownership-storm-"),
            Files.readString(parent).strip());
    }

    private static void serve(final String name, final String address, final String device) throws IOException {
        System.setProperty("java.rmi.server.hostname", address);
        final FilteredStormProcess process = prepare(name, device);
        LocateRegistry.createRegistry(CONTROL_PORT)
            .rebind(name, UnicastRemoteObject.exportObject(process, CONTROL_PORT));
        System.out.println("node " + name + " can be driven at " + address);
    }

    private static StormProcess find(final String name, final String address) throws InterruptedException {
        final long startNs = System.nanoTime();
        while (true) {
            try {
                return (StormProcess) LocateRegistry.getRegistry(address, CONTROL_PORT).lookup(name);
            } catch (final RemoteException | NotBoundException e) {
                if (System.nanoTime() - startNs > PATIENCE_NS) {
                    throw new AssertionError("nobody serves node " + name + " at " + address, e);
                }
                Thread.sleep(RETRY_MS);
            }
        }
    }

    private static Member member(final StormProcess process, final MachineClock clock, final String device,
        final String address) {
        return new Member(process, clock, device, new InetSocketAddress(InetAddress.ofLiteral(address), NODE_PORT));
    }

    private static void drive(final int cycles, final List<String> addresses, final String device)
        throws IOException, InterruptedException {
        final Map<String, Member> members = new HashMap<>();
        for (int i = 0; i < 2; i++) {
            final String name = List.of("A", "B").get(i);
            final StormProcess node = find(name, addresses.get(i));
            members.put(name, member(node, MachineClock.of(node::readClockNs), device, addresses.get(i)));
        }
        try (FilteredStormProcess witness = prepare("W", device)) {
            members.put("W", member(witness, MachineClock.ofThisMachine(), device, addresses.getLast()));
            new OwnershipStorm("three machines", members, SETTINGS).run(cycles);
        }
    }
}
