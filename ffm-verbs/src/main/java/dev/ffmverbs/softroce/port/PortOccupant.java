// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.wire.UdpPath;
import java.nio.file.Files;
import java.nio.file.Path;

/** Explains what may occupy a UDP port that cannot be bound, and what to do about it. */
final class PortOccupant {

    /** Directory in which Linux shows the loaded kernel modules. */
    static final Path MODULES = Path.of("/sys/module");

    private PortOccupant() {
    }

    static String advice(final LocalAddress local, final Path modules) {
        final int port = local.udpPort();
        final String kernel = port == UdpPath.ROCE_PORT && Files.exists(modules.resolve("rdma_rxe"))
            ? "the kernel module rdma_rxe is loaded and occupies UDP port " + port + " on all addresses of its"
                + " network namespace: unload it with 'rmmod rdma_rxe', or run in another network namespace; if that"
                + " is not the cause, "
            : "";
        return kernel + "another socket has UDP port " + port + " of " + local.address().getHostAddress()
            + ", perhaps a soft device of another process: 'ss -lunp sport = :" + port + "' names it. Give this device"
            + " another address of this machine by -Dsoftroce.addresses=127.0.0.2, or all software devices that talk"
            + " to each other another UDP port by -Dsoftroce.port=14791";
    }
}
