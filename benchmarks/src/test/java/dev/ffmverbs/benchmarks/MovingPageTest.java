// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The lines of the page for those who come from DiSNI or jucx compile as they are shown, in all three libraries. */
@Timeout(120)
class MovingPageTest {

    private static final Path PAGE = Path.of("..", "ffm-verbs", "MOVING.md");
    private static final int THINGS = 10;

    /** The objects that the page says a program has, and a method for each of the ten blocks. */
    private record Library(String imports, List<String> parameters) {

        String program(final List<String> blocks) {
            final StringBuilder program = new StringBuilder("import java.io.*;\nimport java.net.*;\n"
                + "import java.nio.*;\nimport java.time.*;\nimport java.util.*;\n").append(imports)
                .append("final class Moving {\n");
            for (int i = 0; i < blocks.size(); i++) {
                program.append("void thing").append(i).append('(').append(parameters.get(i))
                    .append(") throws Exception {\n").append(blocks.get(i)).append("}\n");
            }
            return program.append("}\n").toString();
        }
    }

    private static final Library DISNI = new Library("import com.ibm.disni.verbs.*;\n", List.of(
        "InetSocketAddress remote",
        "IbvPd domain, ByteBuffer buffer",
        "RdmaEventChannel channel, RdmaCmId id, IbvPd domain, IbvQPInitAttr attributes",
        "RdmaEventChannel channel, RdmaCmId id, IbvPd domain, IbvQPInitAttr attributes, InetSocketAddress local",
        "IbvMr region, ByteBuffer message",
        "IbvQP queuePair, IbvMr region, long remoteAddress, int rkey",
        "IbvQP queuePair, IbvSendWR write",
        "IbvQP queuePair, IbvSendWR sendRequest, IbvRecvWR receiveRequest",
        "IbvCQ queue",
        "IbvCQ queue, IbvCompChannel completionChannel"));

    private static final String JUCX_OBJECTS =
        "UcpWorker worker, UcpEndpoint endpoint, UcpMemory region, UcxCallback callback";
    private static final Library JUCX = new Library("import org.openucx.jucx.*;\nimport org.openucx.jucx.ucp.*;\n",
        List.of("Object nothing", "UcpContext context, ByteBuffer buffer",
            "UcpWorker worker, InetSocketAddress remote",
            "UcpWorker worker, InetSocketAddress local, List<UcpEndpoint> accepted",
            "UcpEndpoint endpoint, UcpMemory region, ByteBuffer message, ByteBuffer receivedKey",
            JUCX_OBJECTS + ", long remoteAddress, UcpRemoteKey key",
            JUCX_OBJECTS + ", long remoteAddress, UcpRemoteKey key", JUCX_OBJECTS, JUCX_OBJECTS, JUCX_OBJECTS));

    private static final String OUR_OBJECTS = "CompletionQueue queue, QueuePair queuePair, MemoryRegion region";
    private static final Library OURS = new Library(
        "import dev.ffmverbs.*;\nimport dev.ffmverbs.cm.*;\nimport java.lang.foreign.MemorySegment;\n", List.of(
            "Object nothing", "ProtectionDomain domain, ByteBuffer buffer",
            "Context context, ProtectionDomain domain, CompletionQueue queue, InetSocketAddress remote",
            "ConnectionManager manager, ProtectionDomain domain, CompletionQueue queue, InetSocketAddress local,"
                + " List<Connection> accepted",
            "MemoryRegion region, ByteBuffer message", OUR_OBJECTS + ", long remoteAddress, int rkey",
            OUR_OBJECTS + ", SendRequest write, long remoteAddress, int rkey", OUR_OBJECTS, OUR_OBJECTS,
            "CompletionQueue queue, CompletionChannel completionChannel"));

    @TempDir
    private Path folder;

    private static List<String> blocks(final String library) throws IOException {
        return Pattern.compile("```java " + library + "\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(PAGE))
            .results().map(found -> found.group(1)).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"disni", "jucx", "ours"})
    void theLinesOfEachLibraryCompileAsTheyAreShown(final String library) throws IOException {
        final Library chosen = library.equals("disni") ? DISNI : library.equals("jucx") ? JUCX : OURS;
        final Path source = Files.writeString(folder.resolve("Moving.java"), chosen.program(blocks(library)));
        final List<String> arguments = new ArrayList<>(List.of("-proc:none", "--release", "22", "-cp",
            System.getProperty("java.class.path"), "-d", folder.toString(), source.toString()));
        final ByteArrayOutputStream messages = new ByteArrayOutputStream();
        final PrintStream sink = new PrintStream(messages, true, StandardCharsets.UTF_8);

        final int status = ToolProvider.findFirst("javac").orElseThrow()
            .run(sink, sink, arguments.toArray(String[]::new));

        assertEquals(0, status, messages.toString(StandardCharsets.UTF_8));
    }

    @Test
    void everyThingIsShownInAllThreeLibraries() throws IOException {
        assertEquals(List.of(THINGS, THINGS, THINGS),
            List.of(blocks("disni").size(), blocks("jucx").size(), blocks("ours").size()));
    }
}
