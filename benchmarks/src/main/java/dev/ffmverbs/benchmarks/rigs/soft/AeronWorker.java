// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import dev.ffmverbs.benchmarks.process.JavaProgram;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** One of two processes that send messages there and back through Aeron. They converse as {@link DeviceWorker}s do. */
final class AeronWorker {

    /** Name of Aeron's channel over UDP. */
    static final String UDP = "udp";

    /** Name of Aeron's channel through shared memory. */
    static final String IPC = "ipc";

    private static final int FIRST_OF_LOAD = 5;

    private AeronWorker() {
    }

    /**
     * Plays a role.
     *
     * @param arguments the role, the channel, a folder, the addresses of the measuring end and of its peer, and the
     *                  load as {@link Load#arguments} writes it.
     * @throws IOException          if the input ends too early.
     * @throws InterruptedException if the main thread is interrupted.
     */
    public static void main(final String[] arguments) throws IOException, InterruptedException {
        JavaProgram.exitOnFailure();
        final List<String> words = List.of(arguments);
        final Load load = Load.parse(words.subList(FIRST_OF_LOAD, words.size()));
        final boolean isResponder = words.getFirst().equals(DeviceWorker.RESPOND);
        final Path folder = Path.of(words.get(2));
        final MessageEnd end = words.get(1).equals(IPC) ? AeronEnd.overMemory(folder.resolve("ipc"), isResponder)
            : AeronEnd.overNetwork(folder.resolve(words.getFirst()), words.get(3), words.get(4), isResponder);
        System.out.println("open");
        final BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        if (isResponder) {
            System.out.println("ready");
            LoopMeasurement.start("serve", new EchoLoop(end));
            EchoLoop.awaitEnd(input);
        } else {
            input.readLine();
            new LoopMeasurement(List.of(new MessageLoop(end, load)), load.duration()).run(input::readLine);
        }
        Runtime.getRuntime().halt(0); // the serving thread may be in the middle of a call
    }
}
