// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.internal.memory.ClientsPayload;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests listeners that fail at everything, and more clients than a node can have. */
@Timeout(120)
class BadListenersTest {

    private static final int MANY = 65_535;
    private static final List<Error> ERRORS = List.of(new AssertionError("injected"),
        new OutOfMemoryError("injected"), new StackOverflowError("injected"), new NoClassDefFoundError("injected"));

    /** Throws an error of another kind from every call. */
    private static SessionListener throwing(final AtomicLong calls) {
        return (SessionListener) Proxy.newProxyInstance(SessionListener.class.getClassLoader(),
            new Class<?>[] {SessionListener.class}, (proxy, method, arguments) -> {
                if (method.getDeclaringClass() == Object.class) {
                    return method.invoke(calls, arguments);
                }
                throw ERRORS.get((int) (calls.getAndIncrement() % ERRORS.size()));
            });
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void aListenerThatAlwaysThrowsErrorsDelaysNoNotificationOfClientOrPartner(final NodePair pair)
        throws Exception {
        final AtomicLong calls = new AtomicLong();
        try (TwoNodes nodes = new TwoNodes(pair)) {
            final RecordingClient client = new RecordingClient("log", 1, 4096);
            nodes.b = nodes.builderB().client(new RecordingClient("log", 1, 4096)).start();
            nodes.a = nodes.builderA().listener(throwing(calls)).client(client).start();
            client.ready();
            nodes.b.close();
            client.await("left");
            nodes.b = nodes.builderB().client(new RecordingClient("log", 1, 4096)).start();
            client.ready();

            final long startNs = System.nanoTime();
            assertTrue(nodes.a.leave(), "B has not seen A leave");
            assertTrue(System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(TwoNodes.LIMIT.toSeconds()));
            assertTrue(calls.get() > 10, "the listener was called " + calls + " times");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void moreClientsThanANodeCanHaveAreRefusedWithTheLimitAndLeaveNothing(final NodePair pair) throws Exception {
        pair.require();
        final ClusterConnectionManager.Builder builder =
            ClusterConnectionManager.builder(pair.deviceA(), "A", pair.endpointA())
                .partner(new PartnerAddress("B", pair.endpointB()));
        for (int i = 0; i < MANY; i++) {
            builder.client(new RecordingClient("client-" + i, 0, 0));
        }

        final String message = assertThrows(IllegalArgumentException.class, builder::start).getMessage();

        assertEquals("with client client-" + ClientsPayload.MAXIMUM_CLIENTS + " there would be "
            + (ClientsPayload.MAXIMUM_CLIENTS + 1) + " clients with 0 ports; a node has at most "
            + ClientsPayload.MAXIMUM_CLIENTS + " clients with " + ClientsPayload.MAXIMUM_PORTS + " ports", message);
        final long startNs = System.nanoTime();
        while (!threadsOfA().isEmpty()) {
            assertTrue(System.nanoTime() - startNs < TwoNodes.LIMIT.toNanos(), () -> "there are still " + threadsOfA());
            Thread.sleep(10);
        }
        ClusterConnectionManager.builder(pair.deviceA(), "A", pair.endpointA())
            .partner(new PartnerAddress("B", pair.endpointB())).start().close();
    }

    private static List<String> threadsOfA() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName)
            .filter(name -> name.startsWith("ccm-client-A-")).toList();
    }
}
