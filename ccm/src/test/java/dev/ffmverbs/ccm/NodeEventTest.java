// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.RemoteMemory;
import dev.ffmverbs.ccm.value.Acquisition;
import dev.ffmverbs.ccm.value.AttemptOutcome;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.HandshakeStep;
import dev.ffmverbs.ccm.value.Liveness;
import dev.ffmverbs.ccm.value.OwnershipLoss;
import dev.ffmverbs.ccm.value.Rejection;
import dev.ffmverbs.ccm.value.Silence;
import dev.ffmverbs.ccm.value.TraceEntry;
import dev.ffmverbs.ccm.value.WinOutcome;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class NodeEventTest {

    private final Partner partner = NamedPartner.of("B=10.9.9.2:7471");
    private final Session session = NamedPartner.sessionWith(partner);
    private final InetSocketAddress address = new InetSocketAddress("10.9.9.2", 7471);

    private final ClientSession ports = new ClientSession(session, new ClientRequirements("log", 0, 0),
        new ClientSession.Position(0, 0), new SimulatedGrant(0), null, new RemoteMemory(0, 0, 0), wish -> { });

    /** Returns one event of each kind. */
    private List<NodeEvent> events() {
        return List.of(
            new NodeEvent.HandshakeStepEnded(partner, new TraceEntry(1, HandshakeStep.R1, 0, 1_000, address, address,
                0x1000, 64, null, AttemptOutcome.TIMED_OUT)),
            new NodeEvent.AttemptFailed(partner, AttemptOutcome.UNREACHABLE, "all facts"),
            new NodeEvent.ExchangeStepTaken(partner, ExchangeStep.CLIENTS_SENT, ""),
            new NodeEvent.ClientReady(ports),
            new NodeEvent.ClientPortsEnded(ports),
            new NodeEvent.ClientRefused(session, "log", ClientRefusal.ONLY_HERE, "all facts"),
            new NodeEvent.PathChanged(session, 1),
            new NodeEvent.ConnectionRejected(address, Rejection.UNKNOWN_NODE, "all facts"),
            new NodeEvent.SessionUp(session),
            new NodeEvent.ConnectionLost(partner, "all facts"),
            new NodeEvent.LivenessChanged(session, Liveness.SUSPECT, Silence.STALLED),
            new NodeEvent.PartnerDown(session, Silence.STALLED),
            new NodeEvent.PartnerRestarted(session, new BootId(3, 3)),
            new NodeEvent.PartnerLeft(session),
            new NodeEvent.SessionDropped(session),
            new NodeEvent.TermTried(partner, "orders", 7, WinOutcome.UNANSWERED, 0),
            new NodeEvent.OwnershipAcquired(partner, "orders", new Acquisition(7, 0, 0, 31_000, 500_000)),
            new NodeEvent.OwnershipLost(partner, "orders", 7, OwnershipLoss.EXPIRED));
    }

    /** Returns the names of the methods that are called with a listener; calls of {@code on} are passed on. */
    private static List<String> callsOf(final NodeEvent event) {
        final List<String> calls = new ArrayList<>();
        final InvocationHandler handler = (proxy, method, arguments) -> {
            calls.add(method.getName());
            return method.getName().equals("on") ? InvocationHandler.invokeDefault(proxy, method, arguments) : null;
        };
        ((SessionListener) Proxy.newProxyInstance(SessionListener.class.getClassLoader(),
            new Class<?>[] {SessionListener.class}, handler)).on(event);
        return calls;
    }

    /** Returns the records of a sealed type. */
    private static Stream<Class<?>> records(final Class<?> type) {
        return type.isRecord() ? Stream.of(type)
            : Stream.of(type.getPermittedSubclasses()).flatMap(NodeEventTest::records);
    }

    @Test
    void everyKindOfEventIsTestedHere() {
        assertEquals(records(NodeEvent.class).collect(Collectors.toSet()),
            events().stream().map(NodeEvent::getClass).collect(Collectors.toSet()),
            "the records of NodeEvent, and those of which events() of this test has one");
    }

    @Test
    void everyMethodOfAListenerStandsForOneEvent() {
        final Set<String> called = new TreeSet<>(List.of("on"));
        for (final NodeEvent event : events()) {
            final List<String> calls = callsOf(event);
            assertEquals(2, calls.size(), () -> event + " calls " + calls);
            assertTrue(called.add(calls.getLast()), () -> event + " calls a method of another event: " + calls);
        }

        assertEquals(Stream.of(SessionListener.class.getMethods()).map(Method::getName)
            .collect(Collectors.toCollection(TreeSet::new)), called,
            "the methods of SessionListener, and those that an event calls");
    }

    @Test
    void everyEventNamesItsSubjectAndDescribesItself() {
        for (final NodeEvent event : events()) {
            assertEquals(switch (event) {
                case NodeEvent.ConnectionRejected _ -> "source 10.9.9.2:7471";
                case NodeEvent.OwnershipEvent _ -> "ownership orders";
                case NodeEvent.PartnerEvent _ -> "partner B";
            }, event.subject());
            assertFalse(event.text().isBlank(), event::toString);
        }
    }

    @Test
    void theBeginOfOwnershipSaysWhatItTookAndItsEndSaysWhy() {
        assertEquals("owns term 7, after 810.250 ms: detection 300.000, decision 10.000, swap 0.250, wait 500.000",
            new NodeEvent.OwnershipAcquired(partner, "orders",
                new Acquisition(7, 300_000_000, 10_000_000, 250_000, 500_000_000)).text());
        assertEquals("no longer owns term 7: nothing renewed it before its deadline",
            new NodeEvent.OwnershipLost(partner, "orders", 7, OwnershipLoss.EXPIRED).text());
    }
}
