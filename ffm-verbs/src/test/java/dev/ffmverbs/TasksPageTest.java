// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The lines of the page with five tasks compile as they are shown, and do on every device what the page says. */
@Timeout(300)
class TasksPageTest {

    private static final String NAME = "Tasks";
    private static final List<String> TASKS = List.of("## Open a device", "## Connect two queue pairs", "## RDMA WRITE",
        "## RDMA READ", "## Receive, and sleep");

    /** Each task as a method whose parameters are the objects that the page says a program has. */
    private static final String PROGRAM = """
        import dev.ffmverbs.*;
        import java.io.*;
        import java.lang.foreign.MemorySegment;
        import java.lang.foreign.ValueLayout;
        import java.time.Duration;

        public final class Tasks {
            static void list() {
        %s
            }
            static void connect(QueuePair queuePair, OutputStream out, InputStream in) throws IOException {
        %s
            }
            static void write(
                QueuePair queuePair, CompletionQueue queue, MemoryRegion region, RemoteMemory theirs) {
        %s
            }
            static void read(
                QueuePair queuePair, CompletionQueue queue, MemoryRegion region, RemoteMemory theirs,
                SendRequest request, WorkCompletions completions) {
        %s
            }
            static void receive(
                QueuePair queuePair, CompletionQueue queue, MemoryRegion region, WorkCompletions completions) {
        %s
            }
            public static void main(String[] arguments) throws Exception {
                list();
                try (Context context = Verbs.open(arguments[0]);
                     ProtectionDomain domain = context.allocateProtectionDomain();
                     CompletionChannel channel = context.createCompletionChannel();
                     CompletionQueue queue = context.createCompletionQueue(16);
                     CompletionQueue announced = context.createCompletionQueue(16, channel, 0);
                     MemoryRegion ours = domain.allocate(64, Access.LOCAL_WRITE);
                     MemoryRegion theirs = domain.allocate(64, Access.LOCAL_WRITE, Access.REMOTE_READ,
                         Access.REMOTE_WRITE);
                     QueuePair client = domain.createQueuePair(QueuePairConfiguration.reliableConnection(queue));
                     QueuePair server = domain.createQueuePair(QueuePairConfiguration.reliableConnection(announced));
                     PipedInputStream atClient = new PipedInputStream();
                     PipedInputStream atServer = new PipedInputStream();
                     PipedOutputStream toServer = new PipedOutputStream(atServer);
                     PipedOutputStream toClient = new PipedOutputStream(atClient)) {
                    Thread other = Thread.ofPlatform().start(() -> {
                        try {
                            connect(server, toClient, atServer);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
                    connect(client, toServer, atClient);
                    other.join();
                    ours.segment().set(ValueLayout.JAVA_LONG, 0, 42);
                    write(client, queue, ours, theirs.remoteMemory());
                    ours.segment().fill((byte) 0);
                    WorkCompletions completions = WorkCompletions.allocate(1);
                    read(client, queue, ours, theirs.remoteMemory(), SendRequest.allocate(1), completions);
                    theirs.segment().fill((byte) 0);
                    client.postSend(SendRequest.allocate(1).send().localMemory(ours, 0, 64).signal(false));
                    receive(server, announced, theirs, completions);
                    System.out.println(completions.count() + " " + completions.isSuccess(0) + " "
                        + theirs.segment().get(ValueLayout.JAVA_LONG, 0));
                }
            }
        }
        """;

    @TempDir
    private Path folder;

    private static String block(final String heading, final String language) throws IOException {
        return MarkdownPage.of("ffm-verbs/TASKS.md").block(heading, language);
    }

    private void compile(final String deviceName) throws IOException {
        final String[] blocks = new String[TASKS.size()];
        for (int task = 0; task < blocks.length; task++) {
            blocks[task] = block(TASKS.get(task), "java").replace("\"rxe0\"", "\"" + deviceName + "\"");
        }
        final String program = String.format(PROGRAM, (Object[]) blocks);
        final Path source = Files.writeString(folder.resolve(NAME + ".java"), program);
        MarkdownPage.compile(folder, "-cp", MarkdownPage.library(), source.toString());
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void theLinesOfEveryTaskCompileAndRun(final DevicePair devices) throws Exception {
        devices.requireManualConnections();
        compile(devices.left().name());

        final String printed = MarkdownPage.run(folder, NAME, devices.left().name());

        assertTrue(printed.contains("PortAttributes[port=1, state=ACTIVE, physicalState=LINK_UP"), printed);
        assertTrue(printed.endsWith("1 true 42"), printed);
    }

    @Test
    void everyTaskHasAtMostThreeLinesInEachLanguage() throws IOException {
        for (final String task : TASKS) {
            for (final String language : List.of("java", "python", "rust")) {
                final long lines = block(task, language).strip().lines().count();
                assertTrue(lines >= 2 && lines <= 3, task + ": " + lines + " lines of " + language);
            }
        }
        final String page = MarkdownPage.of("ffm-verbs/TASKS.md").text();
        assertEquals(TASKS.size(), page.lines().filter("```java"::equals).count());
    }
}
