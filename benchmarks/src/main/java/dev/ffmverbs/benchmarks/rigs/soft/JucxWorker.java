// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import dev.ffmverbs.benchmarks.jucx.JucxAddress;
import dev.ffmverbs.benchmarks.jucx.JucxEnd;
import dev.ffmverbs.benchmarks.jucx.JucxTransport;
import dev.ffmverbs.benchmarks.process.JavaProgram;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One of two processes that move data through jucx. They converse as those of {@link DeviceWorker} do, except that the
 * peer needs no address: UCX's worker answers every READ of its memory.
 */
final class JucxWorker {

    private static final int FIRST_OF_LOAD = 3;

    private JucxWorker() {
    }

    /**
     * Plays a role.
     *
     * @param arguments the role, the transport, the device, and the load as {@link Load#arguments} writes it.
     * @throws IOException          if the input ends too early.
     * @throws InterruptedException if the main thread is interrupted.
     */
    public static void main(final String[] arguments) throws IOException, InterruptedException {
        JavaProgram.exitOnFailure();
        final List<String> words = List.of(arguments);
        final Load load = Load.parse(words.subList(FIRST_OF_LOAD, words.size()));
        final boolean isResponder = words.getFirst().equals(DeviceWorker.RESPOND);
        final boolean polls = isResponder ? load.mode().peerPolls() : load.mode().polls();
        final JucxEnd end = new JucxEnd(JucxTransport.valueOf(words.get(1)), words.get(2),
            Math.toIntExact(load.memoryBytesPerThread()), !polls);
        System.out.println(end.address().line());
        System.out.println("open");
        final BufferedReader input =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        if (isResponder) {
            LoopMeasurement.start("serve", () -> serve(end, polls));
            System.out.println("ready");
            awaitEnd(input);
        } else {
            end.connect(JucxAddress.parse(input.readLine()));
            input.readLine();
            new LoopMeasurement(List.of(new JucxRequestLoop(end, load, polls)), load.duration()).run(input::readLine);
        }
        Runtime.getRuntime().halt(0); // the serving thread may be in the middle of a call
    }

    private static void serve(final JucxEnd end, final boolean polls) {
        while (true) {
            if (end.progress() == 0 && !polls) {
                end.sleep();
            }
        }
    }

    private static void awaitEnd(final BufferedReader input) throws IOException {
        String line;
        do {
            line = input.readLine();
        } while (line != null);
    }
}
