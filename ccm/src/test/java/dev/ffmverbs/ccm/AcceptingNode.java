// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.Device;
import dev.ffmverbs.ccm.internal.link.IncomingRequest;
import dev.ffmverbs.ccm.internal.link.Interconnects;
import dev.ffmverbs.ccm.internal.link.PartnerPaths;
import dev.ffmverbs.ccm.internal.link.Rejections;
import dev.ffmverbs.ccm.internal.memory.BootStatusVariable;
import dev.ffmverbs.ccm.internal.trust.NodeIdentity;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.BootPhase;
import dev.ffmverbs.ccm.value.MemoryAddresses;
import dev.ffmverbs.ccm.value.PeerInformation;
import dev.ffmverbs.ccm.value.SharedSecret;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A node that only accepts. It issues no operation, and none of its code runs once it has accepted. */
final class AcceptingNode implements AutoCloseable {

    /** Enough for the first connection of two programs that have just started on a busy emulated processor. */
    static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(30);

    final BootId bootId = BootId.random();
    final AtomicInteger handlerCalls = new AtomicInteger();
    final PartnerPaths partner;
    final BootStatusVariable status;

    private final Interconnects interconnects;

    AcceptingNode(
        final Device device, final String name, final InetSocketAddress address, final String partnerName,
        final InetSocketAddress partnerAddress) {
        this(device, name, address, partnerName, partnerAddress, PeerInformation.FEATURE_NOTIFICATIONS);
    }

    /** Creates a node of another version. */
    AcceptingNode(
        final Device device, final String name, final InetSocketAddress address, final String partnerName,
        final InetSocketAddress partnerAddress, final long features) {
        interconnects = new Interconnects(new NodeIdentity(name, bootId, SharedSecret.NONE),
            MemoryAddresses.defaults(), CONNECT_TIMEOUT, new Rejections("acceptor", (source, reason, detail) -> { }),
            features);
        interconnects.add(device, address);
        partner = interconnects.addPartner(partnerName, List.of(partnerAddress), () -> { });
        status = new BootStatusVariable(interconnects.statusMemory(), bootId, 1);
        status.publish(BootPhase.INITIALIZING, 1);
        interconnects.listen(1);
        interconnects.admit(this::accept);
    }

    /** Takes completions, which are only the partner's notifications of what it has written. */
    int poll() {
        return interconnects.poll();
    }

    private void accept(final IncomingRequest request) {
        handlerCalls.incrementAndGet();
        request.accept(0);
    }

    @Override
    public void close() {
        interconnects.stopListening();
        interconnects.close();
    }
}
