// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.Context;
import dev.ffmverbs.Device;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairConfiguration;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.cm.Connection;
import dev.ffmverbs.cm.ConnectionManager;
import dev.ffmverbs.cm.ConnectionParameters;
import dev.ffmverbs.cm.ConnectionRequest;
import dev.ffmverbs.cm.Listener;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A client of something that accepts its connection and is no node. */
class StoreClientTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final InetSocketAddress ADDRESS = new InetSocketAddress(PrivateAddresses.address(1), 23_480);

    /** Longer than a client needs to find itself connected. */
    private static final Executor LATER = CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS);

    @BeforeAll
    static void createDevice() {
        if (System.getProperty("softroce.addresses") == null) {
            System.setProperty("softroce.addresses", PrivateAddresses.address(1));
        }
    }

    @Test
    void aNodeThatEndsTheConnectionIsNotTakenForOneThatIsSilent() {
        final Device device = Verbs.device("soft0");
        try (Context context = device.open();
             ProtectionDomain domain = context.allocateProtectionDomain();
             CompletionQueue queue = context.createCompletionQueue(16);
             QueuePair queuePair = domain.createQueuePair(QueuePairConfiguration.reliableConnection(queue));
             ConnectionManager manager = ConnectionManager.open(context);
             Listener listener = manager.listen(ADDRESS, 1, request -> acceptAndClose(request, queuePair));
             StoreClient client = new StoreClient(device, List.of(ADDRESS), LIMIT)) {

            final StoreException failure =
                assertThrows(StoreException.class, () -> client.ask(listener.localAddress()));

            assertEquals("it has ended the connection without an answer", failure.getMessage());
        }
    }

    private static void acceptAndClose(final ConnectionRequest request, final QueuePair queuePair) {
        final Connection accepted = request.accept(queuePair,
            ConnectionParameters.defaults().withPrivateData(new Greeting(0, 0, 1, LIMIT.toNanos()).encode()));
        LATER.execute(accepted::close);
    }
}
