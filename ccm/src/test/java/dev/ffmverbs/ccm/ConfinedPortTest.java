// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A client that confines its ports to its thread, although it must not. */
@Timeout(120)
class ConfinedPortTest {

    private static final class ConfiningClient extends RecordingClient {

        ConfiningClient() {
            super("work", 1, 64);
        }

        @Override
        public void partnerReady(final ClientSession session) {
            session.port(0).queuePair().confine();
            session.port(0).completionQueue().confine();
            super.partnerReady(session);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void itLearnsThatTheSessionHasEndedAndGetsPortsInTheNextOne(final NodePair pair) throws Exception {
        final RecordingClient client = new ConfiningClient();
        try (TwoNodes nodes = new TwoNodes(pair).start(client, new RecordingClient("work", 1, 64))) {
            client.await("ready");
            nodes.b.close();
            client.await("left");
            nodes.b = nodes.builderB().client(new RecordingClient("work", 1, 64)).start();
            client.await("ready");
        }
    }
}
