// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.ccm.ClientRequirements;
import dev.ffmverbs.ccm.ClientSession;
import dev.ffmverbs.ccm.ClusterClient;
import dev.ffmverbs.ccm.ClusterConnectionManager;
import dev.ffmverbs.ccm.NodeAddress;
import dev.ffmverbs.ccm.PartnerAddress;
import dev.ffmverbs.ccm.Port;

/** The example of {@code ccm/README.md}, here so that it is compiled. */
final class ReadmeExample {

    private ReadmeExample() {
    }

    static final class Mirror implements ClusterClient {
        @Override
        public ClientRequirements requirements() {
            return new ClientRequirements("mirror", 1, 1 << 20);
        }

        @Override
        public void partnerReady(final ClientSession session) {
            final Port port = session.port(0);
            final MemoryRegion local = session.allocate(4096);
            port.queuePair().postSend(SendRequest.allocate(1)
                .write(port.partnerMemory(), 0, 4096)
                .localMemory(local, 0, 4096));
        }
    }

    static ClusterConnectionManager start() {
        return ClusterConnectionManager
            .builder(Verbs.defaultDevice(), "A", NodeAddress.parse("10.9.9.1:7471"))
            .partner(PartnerAddress.parse("B=10.9.9.2:7471"))
            .client(new Mirror())
            .start();
    }
}
