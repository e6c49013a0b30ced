// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EventQueueTest {

    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(20);
    private final Partner partner = NamedPartner.of("B=10.9.9.2:7471");
    private final NodeEvent event = new NodeEvent.ConnectionLost(partner, "all facts");
    private final List<String> heard = new ArrayList<>();

    private void deliver(final NodeEventListener listener) {
        final EventQueue queue = new EventQueue(listener, "A");
        queue.start();
        queue.on(event);
        queue.stop(LIMIT_NS);
    }

    @Test
    void aListenerWithAMethodForEachKindHearsAnEventByThatMethod() {
        deliver(new SessionListener() {
            @Override
            public void connectionLost(final Partner from, final String detail) {
                heard.add(from.name() + ": " + detail);
            }
        });

        assertEquals(List.of("B: all facts"), heard);
    }

    @Test
    void aListenerWithAnOnOfItsClassHearsEveryEventByThat() {
        deliver(new SessionListener() {
            @Override
            public void on(final NodeEvent what) {
                heard.add(what.text());
                SessionListener.super.on(what);
            }

            @Override
            public void connectionLost(final Partner from, final String detail) {
                heard.add(from.name());
            }
        });

        assertEquals(List.of(event.text(), "B"), heard);
    }

    /** What fails before that is this node's failure, and the event is delivered again. */
    @Test
    void aListenerIsAskedForWhenEverythingIsReadyForTheCall() {
        final IllegalStateException notYet = new IllegalStateException("the listener is not asked for yet");

        assertEquals(notYet, assertThrows(IllegalStateException.class, () -> ListenerMethods.call(event, () -> {
            throw notYet;
        })));
    }
}
