// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.Device;
import dev.ffmverbs.ccm.internal.handshake.Handshake;
import dev.ffmverbs.ccm.internal.handshake.HandshakeTrace;
import dev.ffmverbs.ccm.internal.link.Interconnects;
import dev.ffmverbs.ccm.internal.link.PartnerLink;
import dev.ffmverbs.ccm.internal.link.PartnerPath;
import dev.ffmverbs.ccm.internal.link.Rejections;
import dev.ffmverbs.ccm.internal.trust.NodeIdentity;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.BootPhase;
import dev.ffmverbs.ccm.value.HandshakeStep;
import dev.ffmverbs.ccm.value.Incarnation;
import dev.ffmverbs.ccm.value.MemoryAddresses;
import dev.ffmverbs.ccm.value.PeerInformation;
import dev.ffmverbs.ccm.value.SharedSecret;
import dev.ffmverbs.ccm.value.TraceEntry;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A node that makes single attempts at the handshake over a real device, with faults where the test wants them. */
final class InitiatingNode implements AutoCloseable {

    private static final long STEP_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(5);

    final BootId bootId = BootId.random();
    final HandshakeTrace trace = new HandshakeTrace(entry -> { });

    private final Interconnects interconnects;
    private final List<? extends PartnerPath> paths;
    private int attempts;

    InitiatingNode(
        final Device device, final String name, final InetSocketAddress address, final String partnerName,
        final InetSocketAddress partnerAddress) {
        interconnects = new Interconnects(new NodeIdentity(name, bootId, SharedSecret.NONE),
            MemoryAddresses.defaults(), AcceptingNode.CONNECT_TIMEOUT,
            new Rejections("initiator", (source, reason, detail) -> { }), PeerInformation.FEATURE_NOTIFICATIONS);
        interconnects.add(device, address);
        paths = interconnects.addPartner(partnerName, List.of(partnerAddress), () -> { }).paths();
    }

    /** Connects. */
    PartnerLink connect() {
        return paths.getFirst().connect().join();
    }

    /** Makes one attempt at the handshake over this link, to its end. */
    Handshake shakeHands(final PartnerLink link) {
        attempts++;
        final Handshake handshake = new Handshake(link,
            new Handshake.Path(attempts, link.localAddress(), link.remoteAddress()),
            new Handshake.Parties(new Incarnation(bootId, 0), BootPhase.INITIALIZING, link.partnerEpoch(),
                partner -> new byte[32]), trace, System::nanoTime, STEP_TIMEOUT_NS);
        while (handshake.advance() == Handshake.Progress.PENDING) {
            poll();
        }
        return handshake;
    }

    /** Takes the completions of its links. */
    void poll() {
        interconnects.poll();
    }

    /** Returns the steps of the latest attempt. */
    List<HandshakeStep> steps() {
        return trace.entries().stream().filter(entry -> entry.attempt() == attempts).map(TraceEntry::step).toList();
    }

    @Override
    public void close() {
        interconnects.close();
    }
}
