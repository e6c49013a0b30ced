// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.softroce.SoftRoceDevices;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.opentest4j.TestAbortedException;

/**
 * A hundred virtual threads wait at completion channels, and all virtual threads of the JVM share one carrier. Others
 * still exchange messages. The test runs in a separate process, because the number of carriers belongs to the JVM.
 */
class OneCarrierTest {

    private static final int WAITING = 100;
    private static final int MESSAGES = 200;
    private static final Duration LIMIT = Duration.ofSeconds(40);

    @TempDir
    private Path folder;

    /** The process. Prints how many threads waited while how many messages were exchanged. */
    static final class Waiters {

        private Waiters() {
        }

        public static void main(final String[] arguments) throws Exception {
            final Device device = Verbs.device(arguments[0]);
            final AtomicInteger waiting = new AtomicInteger();
            final List<Thread> threads = new ArrayList<>();
            try (Context context = device.open()) {
                final List<CompletionChannel> channels = new ArrayList<>();
                final List<CompletionQueue> queues = new ArrayList<>();
                for (int index = 0; index < WAITING; index++) {
                    final CompletionChannel channel = context.createCompletionChannel();
                    final CompletionQueue queue = context.createCompletionQueue(1, channel, 0);
                    channels.add(channel);
                    queues.add(queue);
                    threads.add(Thread.ofVirtual().start(() -> {
                        waiting.incrementAndGet();
                        queue.await(WorkCompletions.allocate(1), LIMIT);
                        waiting.decrementAndGet();
                    }));
                }
                final int exchanged = exchange(new DevicePair(device, device, ""));
                System.out.println(waiting + " waited while " + exchanged + " messages were exchanged");
                channels.forEach(CompletionChannel::wakeUp);
                for (final Thread thread : threads) {
                    if (!thread.join(LIMIT)) {
                        throw new IllegalStateException("a thread that was woken still waits");
                    }
                }
                queues.forEach(CompletionQueue::close);
                channels.forEach(CompletionChannel::close);
            }
            System.out.println(waiting + " still wait");
        }

        /** Two virtual threads send each other messages, and wait for each at a channel. */
        private static int exchange(final DevicePair devices) throws InterruptedException {
            final ConnectedPair.Setup announcing = new ConnectedPair.Setup() {
                @Override
                CompletionQueue completionQueue(final ConnectedPair.Side side) {
                    return side.context.createCompletionQueue(
                        64, side.opens(side.context.createCompletionChannel()), 0);
                }
            };
            try (ConnectedPair pair = new ConnectedPair(devices, announcing)) {
                final AtomicInteger received = new AtomicInteger();
                final Device device = pair.left.context.device();
                pair.left.post(EmptyRequests.receive(device));
                pair.right.post(EmptyRequests.receive(device));
                final Thread answering = Thread.ofVirtual().start(() -> answer(pair.right, received));
                pair.left.post(SendRequest.allocate(0).send().signal(false));
                final Thread asking = Thread.ofVirtual().start(() -> answer(pair.left, received));
                if (!answering.join(LIMIT) || !asking.join(LIMIT)) {
                    throw new IllegalStateException("only " + received + " messages arrived");
                }
                return received.get();
            }
        }

        private static void answer(final ConnectedPair.Side side, final AtomicInteger received) {
            final WorkCompletions completions = WorkCompletions.allocate(1);
            for (int message = 0; message < MESSAGES / 2; message++) {
                if (side.queue.await(completions, LIMIT) == 0 || !completions.isSuccess(0)) {
                    throw new IllegalStateException(message + " messages arrived, and then " + completions);
                }
                received.incrementAndGet();
                side.post(EmptyRequests.receive(side.context.device()));
                side.post(SendRequest.allocate(0).send().signal(false));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    @Timeout(value = 100, unit = TimeUnit.SECONDS)
    void waitingVirtualThreadsLeaveTheOnlyCarrierToOthers(final DevicePair devices) throws Exception {
        devices.require();
        final boolean software = devices.left().provider().equals(SoftRoceDevices.PROVIDER);
        final Path output = folder.resolve("output");
        final Process process = new ProcessBuilder(ProcessHandle.current().info().command().orElse("java"),
            "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED", "-Xmx256m",
            "-Djdk.virtualThreadScheduler.parallelism=1", "-Djdk.virtualThreadScheduler.maxPoolSize=1",
            "-Dsoftroce.addresses=" + PrivateLoopbackAddresses.address(0), PrivateLoopbackAddresses.OTHER_UDP_PORT,
            "-cp", String.join(":", place(SoftRoceDevices.class), place(Waiters.class), place(Test.class),
                place(TestAbortedException.class)),
            Waiters.class.getName(), software ? "soft0" : devices.left().name())
            .redirectErrorStream(true).redirectOutput(output.toFile()).start();
        try {
            assertTrue(process.waitFor(80, TimeUnit.SECONDS), () -> "does not end");
        } finally {
            process.destroyForcibly();
        }
        final String printed = Files.readString(output);
        assertTrue(printed.endsWith("100 waited while 200 messages were exchanged\n0 still wait\n"), printed);
    }

    private static String place(final Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation().getPath();
    }
}
