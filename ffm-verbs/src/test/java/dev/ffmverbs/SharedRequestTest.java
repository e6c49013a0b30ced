// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.softroce.SoftRoceDevices;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/**
 * Some threads modify requests while others post them, which is not allowed. Any error is acceptable, but the JVM must
 * survive. The test runs in a separate process.
 */
class SharedRequestTest {

    private static final long RUN_NS = TimeUnit.SECONDS.toNanos(4);

    @TempDir
    private Path folder;

    /** Modifies and posts a few requests on several threads, and prints the number of posts. */
    static final class Racer {

        private static final long WILD_ADDRESS = 0x1234L;

        private final DevicePair devices;
        private volatile ConnectedPair pair;
        private volatile MemoryRegion memory;
        private final SendRequest[] sends = new SendRequest[3];
        private final ReceiveRequest[] receives = new ReceiveRequest[3];
        private final MemorySegment data = Arena.ofAuto().allocate(64);
        private volatile boolean ended;
        private volatile long posted;

        private Racer(final DevicePair devices) {
            this.devices = devices;
            open();
            for (int i = 0; i < sends.length; i++) {
                sends[i] = SendRequest.allocate(3, 64);
                receives[i] = ReceiveRequest.allocate(3);
            }
        }

        public static void main(final String[] arguments) throws InterruptedException {
            final long seed = Long.parseLong(arguments[0]);
            final Device device = Verbs.device("soft0");
            new Racer(new DevicePair(device, device, "")).run(new SplittableRandom(seed));
        }

        private void open() {
            final ConnectedPair opened = new ConnectedPair(devices);
            memory = TestMemory.zeros(opened.right, 4096, Access.LOCAL_WRITE, Access.REMOTE_WRITE,
                Access.REMOTE_READ, Access.REMOTE_ATOMIC);
            pair = opened;
        }

        private void run(final SplittableRandom random) throws InterruptedException {
            final List<Thread> threads = List.of(
                start(random.split(), this::patch),
                start(random.split(), this::patch), start(random.split(), this::post));
            final long startNs = System.nanoTime();
            while (System.nanoTime() - startNs < RUN_NS) {
                if (!drain(pair.left) || !drain(pair.right) || pair.left.queuePair.state() == QueuePairState.ERROR
                    || pair.right.queuePair.state() == QueuePairState.ERROR) {
                    pair.close();
                    open();
                }
            }
            ended = true;
            for (final Thread thread : threads) {
                thread.join();
            }
            System.out.println("posted " + posted);
        }

        private interface Step {
            void go(SplittableRandom random);
        }

        private Thread start(final SplittableRandom random, final Step step) {
            return Thread.ofPlatform().daemon().start(() -> {
                while (!ended) {
                    try {
                        step.go(random);
                    } catch (final IllegalStateException | IllegalArgumentException | IndexOutOfBoundsException
                                   | VerbsException e) {
                        // Any request may be refused.
                    }
                }
            });
        }

        /** Takes some completions. Returns false if the completion queue has overrun. */
        private static boolean drain(final ConnectedPair.Side side) {
            try {
                for (int i = 0; i < 64 && side.queue.poll(side.completions) != 0; i++) {
                    Thread.onSpinWait();
                }
                return true;
            } catch (final VerbsException e) {
                return false;
            }
        }

        private void patch(final SplittableRandom random) {
            if (random.nextInt(16) != 0) {
                // This request is never chained, so it is posted most often.
                sends[0].write(memory.iova(), memory.rkey()).inlineData(data);
                sends[0].localAddress(WILD_ADDRESS, (int) data.byteSize(), 77);
                return;
            }
            final SendRequest send = sends[1 + random.nextInt(sends.length - 1)];
            final long address = random.nextBoolean() ? WILD_ADDRESS : random.nextLong();
            switch (random.nextInt(13)) {
                case 0 -> send.inlineData(data.asSlice(0, random.nextInt(64)));
                case 1 -> send.localAddress(address, random.nextInt(64), random.nextInt());
                case 12 -> send.localAddress(address, random.nextInt(), random.nextInt());
                case 2 -> send.noLocalMemory();
                case 3 -> send.addLocalMemory(memory, 0, 8);
                case 4 -> send.write(memory.iova(), memory.rkey());
                case 5 -> send.fetchAndAdd(address, memory.rkey(), 1);
                case 6 -> send.read(address, random.nextInt());
                case 7 -> send.localInvalidate(random.nextInt());
                case 8 -> chain(send, SendRequest.allocate(random.nextInt(3), 32).inlineData(data.asSlice(0, 16)));
                case 9 -> send.next(sends[1 + random.nextInt(sends.length - 1)]);
                case 10 -> receives[random.nextInt(receives.length)].localAddress(address, 8, random.nextInt());
                default -> receives[random.nextInt(receives.length)].next(ReceiveRequest.allocate(1));
            }
            if (random.nextInt(1000) == 0) {
                System.gc();
            }
        }

        private static void chain(final SendRequest send, final SendRequest following) {
            send.next(following.next(SendRequest.allocate(1)));
            send.next(null);
        }

        private void post(final SplittableRandom random) {
            if (random.nextInt(16) == 0) {
                pair.right.queuePair.postReceive(receives[random.nextInt(receives.length)]);
                pair.left.queuePair.postSend(sends[1 + random.nextInt(sends.length - 1)]);
            }
            pair.left.queuePair.postSend(sends[0]);
            posted++;
        }
    }

    @Test
    @Timeout(value = 100, unit = TimeUnit.SECONDS)
    void aRequestThatOneThreadPatchesWhileAnotherPostsItDoesNotCrashTheJvm() throws Exception {
        final long seed = System.nanoTime();
        final Path output = folder.resolve("output");
        final Process process = new ProcessBuilder(ProcessHandle.current().info().command().orElse("java"),
            compilers(), "--enable-native-access=ALL-UNNAMED", "-Xmx256m", "-XX:-CreateCoredumpOnCrash",
            "-XX:+ErrorFileToStdout",
            "-Dsoftroce.addresses=" + PrivateLoopbackAddresses.address(0),
            PrivateLoopbackAddresses.OTHER_UDP_PORT,
            "-cp", String.join(":", place(SoftRoceDevices.class), place(Racer.class), place(Test.class),
                place(TestAbortedException.class)),
            Racer.class.getName(), Long.toString(seed))
            .redirectErrorStream(true).redirectOutput(output.toFile()).start();
        try {
            assertTrue(process.waitFor(60, TimeUnit.SECONDS),
                () -> "does not end, seed " + seed + ": " + read(output));
        } finally {
            process.destroyForcibly();
        }
        final String printed = read(output);
        assertEquals(0, process.exitValue(), "seed " + seed + ": " + printed);
        assertTrue(printed.contains("posted ") && !printed.contains("posted 0"), "seed " + seed + ": " + printed);
    }

    /** An emulated processor may run an instruction that tiered compilation is replacing, which stops the JVM. */
    private static String compilers() {
        return System.getenv("LAB_GUEST") == null ? "-XX:+TieredCompilation" : "-XX:TieredStopAtLevel=1";
    }

    private static String read(final Path file) {
        try {
            return Files.readString(file);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String place(final Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation().getPath();
    }
}
