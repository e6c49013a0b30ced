// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import dev.ffmverbs.benchmarks.jucx.JucxAddress;
import dev.ffmverbs.benchmarks.jucx.JucxTransport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * UCX through jucx, two JVMs.
 *
 * @param transport  what carries the operations.
 * @param device     RDMA device of the measuring process; ignored by transports that need none.
 * @param peerDevice RDMA device of its peer.
 * @param jvmOptions options of both JVMs.
 */
public record JucxSide(JucxTransport transport, String device, String peerDevice, List<String> jvmOptions)
    implements Side {

    @Override
    public String name() {
        return transport.label();
    }

    @Override
    public String description() {
        return transport.description() + ", two JVMs; PUT is followed by a flush";
    }

    @Override
    public boolean isC() {
        return false;
    }

    @Override
    public boolean isPeer() {
        return true;
    }

    @Override
    public Optional<String> whyNot(final Load load) {
        if (load.transfer() == Transfer.MESSAGE) {
            return Optional.of("it moves no messages");
        }
        return load.queuePairs() > 1 ? Optional.of("jucx is measured with one connection") : transport.whyNot(device);
    }

    @Override
    public Figures run(final Load load) throws IOException {
        try (Conversation responder = new Conversation(command(DeviceWorker.RESPOND, peerDevice, load), load);
             Conversation requester = new Conversation(command(DeviceWorker.REQUEST, device, load), load)) {
            requester.readUntil("open");
            requester.write(responder.readUntil("open").stream()
                .filter(line -> line.startsWith(JucxAddress.PREFIX)).toList());
            responder.readUntil("ready");
            requester.write(List.of("go"));
            return requester.readFigures(responder);
        }
    }

    private List<String> command(final String role, final String ownDevice, final Load load) {
        final List<String> options = new ArrayList<>(DeviceSide.JVM_OPTIONS);
        options.addAll(jvmOptions);
        final List<String> words = new ArrayList<>(List.of(role, transport.name(), ownDevice));
        words.addAll(load.arguments());
        return transport.command(options, JucxWorker.class, words.toArray(String[]::new));
    }
}
