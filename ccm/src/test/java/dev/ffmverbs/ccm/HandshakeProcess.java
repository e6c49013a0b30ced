// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.Device;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.ccm.internal.link.PartnerLink;
import dev.ffmverbs.ccm.value.HandshakeStep;
import dev.ffmverbs.ccm.value.TraceEntry;
import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * A program that performs a handshake when it is loaded. Its arguments are {@code accept} or {@code connect}, device,
 * address, partner's address, and for {@code connect} the step at which it fails, or 0 for none.
 */
public final class HandshakeProcess {

    private HandshakeProcess() {
    }

    /**
     * Runs the program. It ends when its standard input does, or after its attempt.
     *
     * @param arguments see above.
     * @throws IOException when standard input cannot be read.
     */
    public static void main(final String[] arguments) throws IOException {
        final Device device = Verbs.device(arguments[1]);
        final InetSocketAddress own = NodeAddress.parse(arguments[2]);
        final InetSocketAddress partner = NodeAddress.parse(arguments[3]);
        if (arguments[0].equals("accept")) {
            try (AcceptingNode node = new AcceptingNode(device, "B", own, "A", partner)) {
                System.out.println("listening " + node.bootId);
                System.in.transferTo(System.out);
            }
            return;
        }
        final int failAt = Integer.parseInt(arguments[4]);
        try (InitiatingNode node = new InitiatingNode(device, "A", own, "B", partner);
             PartnerLink link = FaultyLink.failing(node.connect(), failAt)) {
            node.shakeHands(link);
            System.out.println("trace " + node.trace.entries().stream()
                .map(TraceEntry::step).map(HandshakeStep::name).toList());
        }
    }
}
