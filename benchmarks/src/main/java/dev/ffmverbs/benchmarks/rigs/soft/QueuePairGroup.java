// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import dev.ffmverbs.Gid;
import dev.ffmverbs.PathMtu;
import dev.ffmverbs.benchmarks.device.Endpoint;
import dev.ffmverbs.benchmarks.device.EndpointAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** The queue pairs of one thread, which share a completion queue, its channel, and a buffer. Not thread-safe. */
final class QueuePairGroup implements AutoCloseable {

    /** Prefix of a line that carries the address of an end to the other process. */
    static final String PREFIX = "endpoint ";

    private static final int MOST_READS = 16;
    private static final int WORDS = 6;

    private final List<Endpoint> ends = new ArrayList<>();
    private final Load load;

    QueuePairGroup(final String device, final Load load) {
        this.load = load;
        boolean complete = false;
        try {
            ends.add(Endpoint.withSendChannel(device, load.memoryBytesPerThread(), load.queuePairsPerThread()));
            while (ends.size() < load.queuePairsPerThread()) {
                ends.add(ends.getFirst().createSibling());
            }
            complete = true;
        } finally {
            if (!complete) {
                close();
            }
        }
    }

    Endpoint first() {
        return ends.getFirst();
    }

    List<Endpoint> ends() {
        return ends;
    }

    /** Returns a line for each end, in the order of the ends. */
    List<String> addresses() {
        return ends.stream().map(end -> line(end.address())).toList();
    }

    /** Connects every end to the peer's end with the same index. */
    void connect(final List<EndpointAddress> peers) {
        for (int i = 0; i < ends.size(); i++) {
            ends.get(i).connect(peers.get(i), Math.min(MOST_READS, load.requestsPerQueuePair()),
                PathMtu.valueOf("MTU_" + load.mtuBytes()));
        }
    }

    static String line(final EndpointAddress address) {
        return PREFIX + LongStream.of(address.gid().high(), address.gid().low(), address.queuePairNumber(),
            address.packetSequenceNumber(), address.bufferAddress(), address.rkey())
            .mapToObj(Long::toString).collect(Collectors.joining(" "));
    }

    static EndpointAddress parse(final String line) {
        final String[] words = line.strip().split(" ");
        if (!line.startsWith(PREFIX) || words.length != 1 + WORDS) {
            throw new IllegalArgumentException("'" + line + "' is not the address of an end");
        }
        int at = 1;
        return new EndpointAddress(new Gid(Long.parseLong(words[at++]), Long.parseLong(words[at++])),
            Integer.parseInt(words[at++]), Integer.parseInt(words[at++]), Long.parseLong(words[at++]),
            Integer.parseInt(words[at]));
    }

    /** Closes all ends. The first one is closed last, because it owns what the others share. */
    @Override
    public void close() {
        while (!ends.isEmpty()) {
            ends.removeLast().close();
        }
    }
}
