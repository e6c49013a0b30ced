// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.Access;
import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.MemoryWindow;
import dev.ffmverbs.MemoryWindowType;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.UnsupportedVerbException;
import dev.ffmverbs.WorkCompletions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A client that binds memory windows to the memory of its ports, which then cannot be deregistered. */
@Timeout(120)
class BoundWindowTest {

    private static final int MEMORY_BYTES = 4096;
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final List<MemoryWindow> windows = new ArrayList<>();

    /** Binds a window of each type. */
    private void bind(final ClientSession session) {
        final MemoryRegion region = session.memoryRegion();
        final Port port = session.port(0);
        try {
            region.changeAccess(Access.LOCAL_WRITE, Access.REMOTE_READ, Access.REMOTE_WRITE, Access.REMOTE_ATOMIC,
                Access.MEMORY_WINDOW_BIND);
            final MemoryWindow first = region.protectionDomain().allocateMemoryWindow(MemoryWindowType.TYPE_1);
            windows.add(first);
            assertTrue(port.queuePair().bindMemoryWindow(first, 1, region, 0, 64, Access.REMOTE_READ));
            awaitSuccess(port);
            final MemoryWindow second = region.protectionDomain().allocateMemoryWindow(MemoryWindowType.TYPE_2);
            windows.add(second);
            assertEquals(1, port.queuePair().postSend(
                SendRequest.allocate(0).bindMemoryWindow(second, region, 64, 64, Access.REMOTE_READ)));
            awaitSuccess(port);
        } catch (final UnsupportedVerbException e) {
            Assumptions.abort(e.getMessage());
        }
    }

    private static void awaitSuccess(final Port port) {
        final WorkCompletions completions = WorkCompletions.allocate(1);
        assertEquals(1, port.completionQueue().await(completions, LIMIT));
        assertTrue(completions.isSuccess(0), () -> completions.status(0).toString());
    }

    private void closeWindows() {
        windows.forEach(MemoryWindow::close);
        windows.clear();
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void itLearnsThatTheSessionHasEndedAndGetsPortsInTheNextOne(final NodePair pair) throws Exception {
        final RecordingClient client = new RecordingClient("work", 1, MEMORY_BYTES);
        try (TwoNodes nodes = new TwoNodes(pair).start(client, new RecordingClient("work", 1, MEMORY_BYTES))) {
            bind(client.ready());

            nodes.b.close();

            client.await("left");
            nodes.b = nodes.builderB().client(new RecordingClient("work", 1, MEMORY_BYTES)).start();
            client.await("ready");
            closeWindows();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void itsNodeLeavesAndItsPartnerLearnsOfIt(final NodePair pair) throws Exception {
        final RecordingClient client = new RecordingClient("work", 1, MEMORY_BYTES);
        try (TwoNodes nodes = new TwoNodes(pair).start(client, new RecordingClient("work", 1, MEMORY_BYTES))) {
            bind(client.ready());

            assertTrue(nodes.a.leave());

            nodes.eventsB.await("left", TwoNodes.LIMIT);
            closeWindows();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void itsPortsAreReplaced(final NodePair pair) throws Exception {
        final RecordingClient client = new RecordingClient("work", 1, MEMORY_BYTES);
        try (TwoNodes nodes = new TwoNodes(pair).start(client, new RecordingClient("work", 1, MEMORY_BYTES))) {
            final ClientSession session = client.ready();
            bind(session);

            session.reconnect();

            client.await("path changed");
            assertTrue(nodes.partnerOfA().session().isPresent());
            closeWindows();
        }
    }
}
