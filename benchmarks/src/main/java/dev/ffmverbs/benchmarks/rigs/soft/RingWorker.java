// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import dev.ffmverbs.benchmarks.process.JavaProgram;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One of two processes that send messages there and back through a ring. They converse as {@link DeviceWorker}s do. */
final class RingWorker {

    private static final int FIRST_OF_LOAD = 2;

    private RingWorker() {
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
        final Load load = Load.parse(words.subList(FIRST_OF_LOAD, words.size()));
        final BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        try (RingEnd ring = new RingEnd(words.get(1))) {
            final List<String> addresses = ring.addresses();
            addresses.forEach(System.out::println);
            System.out.println("open");
            final List<String> peer = new ArrayList<>();
            while (peer.size() < addresses.size()) {
                peer.add(input.readLine());
            }
            ring.connect(peer);
            if (words.getFirst().equals(DeviceWorker.RESPOND)) {
                LoopMeasurement.start("serve", new EchoLoop(ring));
                System.out.println("ready");
                EchoLoop.awaitEnd(input);
                Runtime.getRuntime().halt(0); // the serving thread may be in the middle of a call
            }
            input.readLine();
            new LoopMeasurement(List.of(new MessageLoop(ring, load)), load.duration()).run(input::readLine);
        }
    }
}
