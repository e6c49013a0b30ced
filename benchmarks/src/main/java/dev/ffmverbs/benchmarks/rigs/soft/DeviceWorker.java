// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.WorkCompletions;
import dev.ffmverbs.benchmarks.device.EndpointAddress;
import dev.ffmverbs.benchmarks.process.JavaProgram;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One of two processes that move data over a verbs device.
 *
 * <p>Each prints the addresses of its ends and {@code open}, and reads those of the other process. The peer then prints
 * {@code ready}, and serves until its input ends. The measuring process waits for {@code go}, and prints {@code begin}
 * and {@code end} around what counts. It prints its figures after it has read another line, so that its processor time
 * can be read before it ends.
 *
 * <p>It also runs with an older library, because it uses only what the public API has long had.
 */
final class DeviceWorker {

    /** Role of the process whose memory is read and written. */
    static final String RESPOND = "respond";

    /** Role of the process that measures. */
    static final String REQUEST = "request";

    private final BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    private final Load load;
    private final List<QueuePairGroup> groups = new ArrayList<>();

    private DeviceWorker(final Load load) {
        this.load = load;
    }

    /**
     * Plays a role.
     *
     * @param arguments the role, the device, and the load as {@link Load#arguments} writes it.
     * @throws IOException          if the input ends too early.
     * @throws InterruptedException if the main thread is interrupted.
     */
    public static void main(final String[] arguments) throws IOException, InterruptedException {
        JavaProgram.exitOnFailure();
        final List<String> words = List.of(arguments);
        final DeviceWorker worker = new DeviceWorker(Load.parse(words.subList(2, words.size())));
        try {
            final List<List<EndpointAddress>> peers = worker.open(words.get(1));
            if (words.getFirst().equals(RESPOND)) {
                worker.respond();
            } else {
                worker.request(peers);
            }
        } finally {
            worker.groups.forEach(QueuePairGroup::close);
        }
    }

    private List<List<EndpointAddress>> open(final String device) throws IOException {
        for (int i = 0; i < load.threads(); i++) {
            groups.add(new QueuePairGroup(device, load));
        }
        groups.forEach(group -> group.addresses().forEach(System.out::println));
        System.out.println("open");
        final List<List<EndpointAddress>> peers = new ArrayList<>();
        for (final QueuePairGroup group : groups) {
            final List<EndpointAddress> ofGroup = new ArrayList<>();
            for (int i = 0; i < group.ends().size(); i++) {
                ofGroup.add(QueuePairGroup.parse(readLine()));
            }
            group.connect(ofGroup);
            peers.add(ofGroup);
        }
        return peers;
    }

    private String readLine() throws IOException {
        final String line = input.readLine();
        if (line == null) {
            throw new IOException("the input ended: has the other process died?");
        }
        return line;
    }

    private void respond() throws IOException {
        if (load.mode().peerPolls()) {
            groups.forEach(group -> LoopMeasurement.start("poll", () -> poll(group)));
        }
        System.out.println("ready");
        awaitEndOfInput();
        Runtime.getRuntime().halt(0); // polling threads may be in the middle of a call
    }

    private void awaitEndOfInput() throws IOException {
        String line;
        do {
            line = input.readLine();
        } while (line != null);
    }

    private static void poll(final QueuePairGroup group) {
        final CompletionQueue queue = group.first().sendQueue();
        queue.confine();
        final WorkCompletions nothing = WorkCompletions.allocate(1);
        while (true) {
            queue.poll(nothing);
        }
    }

    private void request(final List<List<EndpointAddress>> peers) throws IOException, InterruptedException {
        final List<RequestLoop> loops = new ArrayList<>();
        for (int i = 0; i < groups.size(); i++) {
            loops.add(new RequestLoop(groups.get(i), peers.get(i), load));
        }
        readLine();
        new LoopMeasurement(loops, load.duration()).run(this::readLine);
    }
}
