// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Processes that would run for an hour, started by a process that ends in another way. */
@Timeout(60)
class GuardedProcessTest {

    private static final long LIMIT_S = 30;

    /** Starts one process that ends, one that runs, and one that is stopped. */
    static final class Starter {

        private Starter() {
        }

        public static void main(final String[] arguments) throws IOException, InterruptedException {
            final Process ended = GuardedProcess.start(new ProcessBuilder("true"));
            ended.waitFor();
            for (int i = 0; i < 2; i++) {
                System.out.println(GuardedProcess.start(new ProcessBuilder("sleep", "3600")).pid());
            }
            System.in.read();
        }
    }

    private static void signal(final String name, final long process) throws IOException, InterruptedException {
        assertEquals(0, new ProcessBuilder("kill", "-" + name, Long.toString(process)).start().waitFor());
    }

    @ParameterizedTest
    @ValueSource(strings = {"KILL", "TERM", "INT", "HUP"})
    void theyEndWithTheOneThatStartedThem(final String signal) throws Exception {
        final List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT,HUP"));
        command.addAll(JavaProgram.command(List.of("-XX:TieredStopAtLevel=1"), Starter.class));
        final Process starter = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader numbers = starter.inputReader()) {
            final List<ProcessHandle> running = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                running.add(ProcessHandle.of(Long.parseLong(numbers.readLine())).orElseThrow());
            }
            signal("STOP", running.getLast().pid());

            signal(signal, starter.pid());

            assertTrue(starter.waitFor(LIMIT_S, TimeUnit.SECONDS), starter.toString());
            for (final ProcessHandle each : running) {
                each.onExit().get(LIMIT_S, TimeUnit.SECONDS);
            }
        } finally {
            starter.descendants().forEach(ProcessHandle::destroyForcibly);
            starter.destroyForcibly();
        }
    }

    @Test
    void theyRunOnWhenOthersHaveEnded() throws Exception {
        final Process first = GuardedProcess.start(new ProcessBuilder("true"));
        final Process second = GuardedProcess.start(new ProcessBuilder("cat"));
        try {
            assertEquals(0, first.waitFor());

            second.outputWriter().append("still here\n").close();

            assertEquals("still here", second.inputReader().readLine());
            assertEquals(0, second.waitFor());
        } finally {
            second.destroyForcibly();
        }
    }
}
