// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A process of an ownership storm with a RoCE device of the kernel. Filters of {@code tc(8)} on the device's network
 * interface cut its links: they take what is RoCEv2, and leave everything else. Needs root.
 */
final class FilteredStormProcess extends LocalStormProcess {

    private static final String ROCE_PORT = "4791";

    private final String networkInterface;

    /**
     * Prepares the network interface.
     *
     * @param name             name of the process.
     * @param folder           where it records what it uses.
     * @param networkInterface the interface of its device, on which nothing else filters.
     */
    FilteredStormProcess(final String name, final Path folder, final String networkInterface) {
        super(name, List.of(), folder);
        this.networkInterface = networkInterface;
        control("qdisc", "replace", "dev", networkInterface, "clsact");
    }

    private static void control(final String... arguments) {
        final List<String> command = new ArrayList<>(List.of("tc"));
        command.addAll(List.of(arguments));
        try {
            final Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            final String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            final int status = process.waitFor();
            if (status != 0) {
                throw new CommandFailedException(command + " ended with " + status + ": " + printed, null);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot run " + command, e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailedException("interrupted while " + command + " ran", e);
        }
    }

    /** Takes matching packets. To their sender they have left: after an error, rxe would send them again at once. */
    private void take(final String side, final String address, final InetAddress peer) {
        control("filter", "add", "dev", networkInterface, side, "protocol", "ip", "flower", "ip_proto", "udp",
            address, peer.getHostAddress(), "dst_port", ROCE_PORT, "action", "trap");
    }

    @Override
    public void cut(final InetAddress peer, final String direction) {
        if (!direction.equals("outgoing")) {
            take("ingress", "src_ip", peer);
        }
        if (!direction.equals("incoming")) {
            take("egress", "dst_ip", peer);
        }
    }

    @Override
    public void heal() {
        control("filter", "delete", "dev", networkInterface, "ingress");
        control("filter", "delete", "dev", networkInterface, "egress");
    }
}
