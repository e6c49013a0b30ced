// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import java.io.BufferedReader;
import java.io.IOException;

/** Returns every message to its sender. */
record EchoLoop(MessageEnd end) implements Runnable {

    @Override
    public void run() {
        final MessageEnd end = this.end;
        end.begin();
        while (true) {
            if (end.receive()) {
                while (!end.send(end.number(), end.lengthBytes())) {
                    Thread.onSpinWait();
                }
            }
        }
    }

    /** Reads lines until the other process closes its end. */
    static void awaitEnd(final BufferedReader input) throws IOException {
        String line;
        do {
            line = input.readLine();
        } while (line != null);
    }
}
