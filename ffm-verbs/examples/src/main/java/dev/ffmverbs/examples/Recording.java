// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.examples;

import dev.ffmverbs.Access;
import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.Context;
import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairAddress;
import dev.ffmverbs.QueuePairConfiguration;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.WorkCompletions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/**
 * Records READs with the JDK Flight Recorder, reads the recording and prints it. The recording also has the events of
 * software devices: their counters, retransmissions and NAKs. JDK Mission Control shows such a file.
 */
public final class Recording {

    private static final String OWN_EVENT = "dev.ffmverbs.examples.Read";
    private static final String COUNTERS = "dev.ffmverbs.softroce.Counter";
    private static final int READS = 2_000;
    private static final int LENGTH = 64;

    private Recording() {
    }

    /** The program's event. It measures its own time, and costs next to nothing while nobody records. */
    @Name(OWN_EVENT)
    @Label("RDMA READ")
    @StackTrace(false)
    static final class ReadEvent extends Event {
        @Label("Length in bytes")
        int lengthBytes;
    }

    /**
     * Records, and prints what was recorded.
     *
     * @param arguments a device and an address of it.
     * @throws Exception if anything fails.
     */
    public static void main(final String[] arguments) throws Exception {
        final Arguments own = Arguments.of(arguments);
        final Path file = Files.createTempFile("ffm-verbs-example-", ".jfr");
        try (jdk.jfr.Recording recording = new jdk.jfr.Recording()) {
            recording.enable(OWN_EVENT).withoutThreshold();
            // Once, at the end of the recording. A recording of hours has them every second, which is the default.
            recording.enable(COUNTERS).with("period", "endChunk");
            recording.enable("dev.ffmverbs.softroce.Retransmission");
            recording.enable("dev.ffmverbs.softroce.Nak");
            recording.start();
            readManyTimes(own, recording);
            recording.dump(file);
            print(RecordingFile.readAllEvents(file));
        } finally {
            Files.delete(file);
        }
    }

    /** Two queue pairs of this process, connected by hand: each is told the address of the other. */
    private static void readManyTimes(final Arguments own, final jdk.jfr.Recording recording) {
        try (Context context = Verbs.open(own.device());
             ProtectionDomain domain = context.allocateProtectionDomain();
             CompletionQueue queue = context.createCompletionQueue(16);
             MemoryRegion theirs = domain.allocate(LENGTH, Access.REMOTE_READ);
             MemoryRegion ours = domain.allocate(LENGTH, Access.LOCAL_WRITE);
             QueuePair server = domain.createQueuePair(QueuePairConfiguration.reliableConnection(queue));
             QueuePair client = domain.createQueuePair(QueuePairConfiguration.reliableConnection(queue))) {
            final QueuePairAddress clientAddress = client.prepare();
            client.connect(server.prepare(Access.REMOTE_READ));
            server.connect(clientAddress);
            final SendRequest request = SendRequest.allocate(1)
                .read(theirs.remoteMemory(), 0, LENGTH).localMemory(ours, 0, LENGTH);
            final WorkCompletions completions = WorkCompletions.allocate(1);
            for (int read = 0; read < READS; read++) {
                final ReadEvent event = new ReadEvent();
                event.begin();
                client.postSend(request);
                if (queue.await(completions, Duration.ofSeconds(10)) == 0) {
                    throw new IllegalStateException("a READ has not completed within 10 s");
                }
                completions.copy(0).requireSuccess();
                event.lengthBytes = LENGTH;
                event.commit();
            }
            // While the device is open: a closed one has no counters.
            recording.stop();
        }
    }

    private static void print(final List<RecordedEvent> events) {
        final Map<String, Long> numbers = events.stream()
            .collect(Collectors.groupingBy(event -> event.getEventType().getName(), TreeMap::new,
                Collectors.counting()));
        numbers.forEach((name, number) -> System.out.println(number + " events " + name));

        final List<Duration> times = events.stream().filter(event -> event.getEventType().getName().equals(OWN_EVENT))
            .map(RecordedEvent::getDuration).sorted().toList();
        System.out.println("READ: median " + microseconds(times.get(times.size() / 2)) + ", 99 % within "
            + microseconds(times.get(times.size() * 99 / 100)) + ", longest " + microseconds(times.getLast()));

        // The last value of each counter that is not 0. A kernel device has none: its counters are in sysfs.
        final Map<String, Long> counters = new TreeMap<>();
        events.stream().filter(event -> event.getEventType().getName().equals(COUNTERS))
            .forEach(event -> counters.merge(event.getString("counter"), event.getLong("total"), Math::max));
        counters.values().removeIf(total -> total == 0);
        System.out.println("counters: " + counters);
    }

    private static String microseconds(final Duration time) {
        return String.format("%.1f us", time.toNanos() / 1000.0);
    }
}
