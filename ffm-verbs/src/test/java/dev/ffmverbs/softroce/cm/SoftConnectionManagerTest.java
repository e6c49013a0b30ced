// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.jextract.ibv_ah_attr;
import dev.ffmverbs.jextract.ibv_global_route;
import dev.ffmverbs.jextract.ibv_qp_attr;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import dev.ffmverbs.spi.ConnectionParameterData;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.constants.ConnectionEventTypes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** Tests a software device's connection manager from an application's view, except the life of connections. */
@Timeout(20)
class SoftConnectionManagerTest {

    private static final int CLIENT_QUEUE_PAIR = 0x1234;
    private static final int SERVER_QUEUE_PAIR = 0xABCDEF;

    private final VirtualNetwork network = new VirtualNetwork();
    private final VirtualDevice client = new VirtualDevice(network, "10.0.0.1", 1);
    private final VirtualDevice server = new VirtualDevice(network, "10.0.0.2", 2);

    private static void assertFails(final int errno, final String mentions, final Executable operation) {
        final ProviderException failure = assertThrows(ProviderException.class, operation);
        assertEquals(errno, failure.errno(), failure.getMessage());
        assertTrue(failure.getMessage().contains(mentions), failure.getMessage());
    }

    private ConnectionIdentifierOperations bound(final InetSocketAddress address) throws ProviderException {
        final ConnectionIdentifierOperations identifier = server.manager().createIdentifier();
        identifier.bind(address);
        return identifier;
    }

    private InetSocketAddress atServer(final int port) {
        return new InetSocketAddress(server.localAddress(), port);
    }

    @Test
    void choosesAPortNumberIfNoneIsGiven() throws Exception {
        final ConnectionIdentifierOperations first = bound(atServer(0));
        final ConnectionIdentifierOperations second = bound(atServer(0));

        assertTrue(first.localAddress().getPort() >= 32_768, first.toString());
        assertNotEquals(first.localAddress(), second.localAddress());
        assertEquals(server.deviceName(), first.deviceName());
        assertNull(first.remoteAddress());
    }

    @Test
    void isNotBoundToADeviceAtFirst() {
        final ConnectionIdentifierOperations identifier = server.manager().createIdentifier();

        assertNull(identifier.deviceName());
        assertNull(identifier.localAddress());
    }

    @Test
    void refusesAPortNumberInUseUntilItIsFree() throws Exception {
        final ConnectionIdentifierOperations first = bound(atServer(7000));
        final ConnectionIdentifierOperations other = VirtualDevice.managerOf(server.communication())
            .createIdentifier();
        assertFails(Errno.EADDRINUSE, "port 7000", () -> other.bind(atServer(7000)));

        first.close();
        other.bind(atServer(7000));
        other.listen(1);
        assertEquals(atServer(7000), other.localAddress());
    }

    @Test
    void refusesAddressesOfOtherDevices() {
        assertFails(Errno.EADDRNOTAVAIL, "is 10.0.0.2", () -> bound(new InetSocketAddress("10.0.0.1", 0)));
        assertFails(Errno.EADDRNOTAVAIL, "is 10.0.0.2", () -> bound(new InetSocketAddress("::1", 0)));
        final ConnectionIdentifierOperations identifier = client.manager().createIdentifier();
        assertFails(Errno.EAFNOSUPPORT, "another version of IP",
            () -> identifier.resolveAddress(null, new InetSocketAddress("fe80::1", 1), 1000));
        assertFails(Errno.EINVAL, "one device",
            () -> identifier.resolveAddress(null, new InetSocketAddress("224.0.0.1", 1), 1000));
        assertFails(Errno.EADDRNOTAVAIL, "is 10.0.0.1",
            () -> identifier.resolveAddress(atServer(0), atServer(1), 1000));
    }

    @Test
    void listensOnTheAddressOfTheDeviceWhenBoundToAny() throws Exception {
        final ConnectionIdentifierOperations listener = bound(new InetSocketAddress("0.0.0.0", 7000));
        listener.listen(1);
        client.request(atServer(7000), VirtualDevice.parameters(CLIENT_QUEUE_PAIR));
        network.runMs(1);

        assertEquals(atServer(7000), server.lastEvent().localAddress());
    }

    @Test
    void refusesStepsThatAreOutOfOrder() throws Exception {
        final ConnectionIdentifierOperations identifier = client.manager().createIdentifier();
        assertFails(Errno.EINVAL, "IDLE", () -> identifier.listen(1));
        assertFails(Errno.EINVAL, "IDLE", () -> identifier.resolveRoute(1));
        assertFails(Errno.EINVAL, "IDLE", () -> identifier.connect(VirtualDevice.parameters(1000)));
        assertFails(Errno.EINVAL, "IDLE", () -> identifier.establish());
        assertFails(Errno.EINVAL, "IDLE", () -> identifier.accept(VirtualDevice.parameters(1000)));
        assertFails(Errno.EINVAL, "IDLE", () -> identifier.reject(new byte[0]));
        assertFails(Errno.ENOTCONN, "rdma_disconnect", identifier::disconnect);
        identifier.resolveAddress(null, atServer(7000), 1000);
        assertFails(Errno.EINVAL, "ADDRESS_RESOLVED", () -> identifier.resolveAddress(null, atServer(7000), 1000));
        identifier.resolveRoute(1000);
        identifier.connect(VirtualDevice.parameters(1000));
        assertFails(Errno.EINVAL, "REQUEST_SENT", identifier::establish);
        assertFails(Errno.ENOTCONN, "rdma_disconnect", identifier::disconnect);
    }

    @Test
    void refusesParametersThatNoMessageCanCarry() throws Exception {
        final ConnectionIdentifierOperations identifier = client.manager().createIdentifier();
        identifier.resolveAddress(null, atServer(7000), 1000);
        identifier.resolveRoute(1000);
        assertFails(Errno.EINVAL, "0 to 56", () -> identifier.connect(VirtualDevice.parameters(1, new byte[57])));
        assertFails(Errno.EINVAL, "0 to 16777215", () -> identifier.connect(VirtualDevice.parameters(1 << 24)));
        assertFails(Errno.EINVAL, "0 to 7",
            () -> identifier.connect(new ConnectionParameterData(1, new byte[0], 1, 1, 8, 7)));
        assertFails(Errno.EINVAL, "0 to 255",
            () -> identifier.connect(new ConnectionParameterData(1, new byte[0], 256, 1, 7, 7)));
        assertFails(Errno.EINVAL, "0 to 196", () -> identifier.accept(VirtualDevice.parameters(1, new byte[197])));
        assertFails(Errno.EINVAL, "at most 148", () -> identifier.reject(new byte[149]));

        identifier.connect(VirtualDevice.parameters(1000, new byte[56]));
        assertEquals(1, client.communication().endpointCount());
    }

    @Test
    void forgetsTheEventsOfAClosedIdentifier() throws Exception {
        final ConnectionIdentifierOperations identifier = client.manager().createIdentifier();
        identifier.resolveAddress(null, atServer(7000), 1000);
        identifier.close();
        identifier.close();

        assertNull(client.manager().nextEvent(0));
    }

    @Test
    void wakesTheWaitingThreadOrTheNextOne() throws Exception {
        client.manager().wakeUp();
        assertNull(client.manager().nextEvent(TimeUnit.DAYS.toNanos(1)));

        final Thread waker = new Thread(client.manager()::wakeUp);
        waker.start();
        assertNull(client.manager().nextEvent(TimeUnit.DAYS.toNanos(1)));
        waker.join();
    }

    @Test
    void hasNoEventWhenTimeIsUp() {
        assertNull(client.manager().nextEvent(TimeUnit.MILLISECONDS.toNanos(1)));
    }

    /** Returns the queue pair attributes of one end as text. */
    private static String attributes(final ConnectionIdentifierOperations identifier, final int state)
        throws ProviderException {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment attributes = ibv_qp_attr.allocate(arena);
            ibv_qp_attr.qp_state(attributes, state);
            final int mask = identifier.initializeQueuePairAttributes(attributes);
            final MemorySegment address = ibv_qp_attr.ah_attr(attributes);
            final MemorySegment route = ibv_ah_attr.grh(address);
            if (state == ffm_verbs_h.IBV_QPS_INIT()) {
                return String.format("mask=%x access=%x port=%d", mask, ibv_qp_attr.qp_access_flags(attributes),
                    ibv_qp_attr.port_num(attributes));
            }
            if (state == ffm_verbs_h.IBV_QPS_RTR()) {
                return String.format("mask=%x mtu=%d peer=%x reads=%d rnr=%d global=%d gid=%s from=%d hops=%d", mask,
                    ibv_qp_attr.path_mtu(attributes), ibv_qp_attr.dest_qp_num(attributes),
                    ibv_qp_attr.max_dest_rd_atomic(attributes), ibv_qp_attr.min_rnr_timer(attributes),
                    ibv_ah_attr.is_global(address),
                    HexFormat.of().formatHex(ibv_global_route.dgid(route).toArray(ValueLayout.JAVA_BYTE)),
                    ibv_global_route.sgid_index(route), ibv_global_route.hop_limit(route));
            }
            return String.format("mask=%x retry=%d rnr=%d reads=%d timeout=%d", mask,
                ibv_qp_attr.retry_cnt(attributes), ibv_qp_attr.rnr_retry(attributes),
                ibv_qp_attr.max_rd_atomic(attributes), ibv_qp_attr.timeout(attributes));
        }
    }

    private static int sequenceNumber(final ConnectionIdentifierOperations identifier, final boolean receive)
        throws ProviderException {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment attributes = ibv_qp_attr.allocate(arena);
            ibv_qp_attr.qp_state(attributes, receive ? ffm_verbs_h.IBV_QPS_RTR() : ffm_verbs_h.IBV_QPS_RTS());
            identifier.initializeQueuePairAttributes(attributes);
            return receive ? ibv_qp_attr.rq_psn(attributes) : ibv_qp_attr.sq_psn(attributes);
        }
    }

    /** The masks are those that Linux 6.1 returned for the same calls. */
    @Test
    void returnsTheAttributesOfEveryTransition() throws Exception {
        final ConnectionIdentifierOperations connection = client.connect(
            server.listenAndAccept(new ConnectionParameterData(SERVER_QUEUE_PAIR, new byte[0], 1, 3, 0, 5)),
            VirtualDevice.parameters(CLIENT_QUEUE_PAIR));
        network.runMs(10);
        final ConnectionIdentifierOperations accepted = server.events().getFirst().identifier();
        final int init = ffm_verbs_h.IBV_QPS_INIT();
        final int receive = ffm_verbs_h.IBV_QPS_RTR();
        final int send = ffm_verbs_h.IBV_QPS_RTS();

        assertEquals("mask=39 access=e port=1", attributes(connection, init));
        assertEquals("mask=129181 mtu=3 peer=abcdef reads=3 rnr=12 global=1"
            + " gid=00000000000000000000ffff0a000002 from=1 hops=64", attributes(connection, receive));
        assertEquals("mask=12e01 retry=6 rnr=5 reads=1 timeout=15", attributes(connection, send));
        assertEquals("mask=39 access=e port=1", attributes(accepted, init));
        assertEquals("mask=129181 mtu=3 peer=1234 reads=1 rnr=12 global=1"
            + " gid=00000000000000000000ffff0a000001 from=1 hops=64", attributes(accepted, receive));
        assertEquals("mask=12e01 retry=6 rnr=7 reads=3 timeout=15", attributes(accepted, send));
        assertEquals(sequenceNumber(connection, true), sequenceNumber(accepted, false));
        assertEquals(sequenceNumber(connection, false), sequenceNumber(accepted, true));
        assertNotEquals(sequenceNumber(connection, true), sequenceNumber(connection, false));
    }

    @Test
    void grantsNoRightsBeforeThereIsAPeerAndNoReadsIfNoneAreAnswered() throws Exception {
        final ConnectionIdentifierOperations identifier = client.manager().createIdentifier();
        assertEquals("mask=39 access=0 port=1", attributes(identifier, ffm_verbs_h.IBV_QPS_INIT()));
        assertFails(Errno.EINVAL, "qp_state=2", () -> attributes(identifier, ffm_verbs_h.IBV_QPS_RTR()));

        identifier.resolveAddress(null, atServer(7000), 1000);
        identifier.resolveRoute(1000);
        identifier.connect(new ConnectionParameterData(1000, new byte[0], 0, 1, 7, 7));
        assertEquals("mask=39 access=2 port=1", attributes(identifier, ffm_verbs_h.IBV_QPS_INIT()));
        assertFails(Errno.EINVAL, "REQUEST_SENT", () -> attributes(identifier, ffm_verbs_h.IBV_QPS_RTR()));
        assertFails(Errno.EINVAL, "REQUEST_SENT", () -> attributes(identifier, ffm_verbs_h.IBV_QPS_ERR()));
    }

    @Test
    void reportsOnlyToTheManagerOfTheIdentifier() throws Exception {
        final SoftConnectionManager other = VirtualDevice.managerOf(client.communication());
        client.request(atServer(7000), VirtualDevice.parameters(CLIENT_QUEUE_PAIR));

        assertNull(other.nextEvent(0));
        assertEquals(List.of(), server.events());
    }

    @Test
    void anIdentifierThatMovesTakesItsUnreadEventsAlong() throws Exception {
        final SoftConnectionManager other = VirtualDevice.managerOf(client.communication());
        final ConnectionIdentifierOperations moving = client.manager().createIdentifier();
        moving.resolveAddress(null, atServer(7000), 1000);
        final ConnectionIdentifierOperations staying = client.manager().createIdentifier();
        staying.resolveAddress(null, atServer(7001), 1000);

        moving.migrate(other);
        moving.resolveRoute(1000);

        assertEquals(ConnectionEventTypes.ADDRESS_RESOLVED, other.nextEvent(0).type());
        assertEquals(ConnectionEventTypes.ROUTE_RESOLVED, other.nextEvent(0).type());
        assertNull(other.nextEvent(0));
        assertEquals(staying, client.manager().nextEvent(0).identifier());
        assertNull(client.manager().nextEvent(0));
    }

    @Test
    void neitherAListenerNorAClosedIdentifierMoves() throws Exception {
        final ConnectionIdentifierOperations listener = bound(atServer(7000));
        listener.listen(1);
        assertFails(Errno.EINVAL, "listener", () -> listener.migrate(client.manager()));
        listener.close();
        assertFails(Errno.EINVAL, "CLOSED", () -> listener.migrate(client.manager()));
    }

    @Test
    void connectsFromTheDeviceThatTheRoutesChoose() throws Exception {
        final SoftConnectionManager both = new SoftConnectionManager(
            List.of(client.communication(), server.communication()), peer -> server.localAddress(), () -> { });
        final ConnectionIdentifierOperations identifier = both.createIdentifier();
        identifier.resolveAddress(null, new InetSocketAddress("10.0.0.9", 7000), 1000);
        assertEquals(server.deviceName(), identifier.deviceName());
        assertEquals(server.localAddress(), identifier.localAddress().getAddress());

        final ConnectionIdentifierOperations unrouted =
            VirtualDevice.managerOf(client.communication(), server.communication()).createIdentifier();
        unrouted.resolveAddress(null, new InetSocketAddress("10.0.0.9", 7000), 1000);
        assertEquals(client.deviceName(), unrouted.deviceName());
    }

    /** A second look might find a route that has changed, and another device. */
    @Test
    void theRouteToAPeerIsLookedUpOnce() throws Exception {
        final AtomicInteger lookedUp = new AtomicInteger();
        final SoftConnectionManager both = new SoftConnectionManager(
            List.of(client.communication(), server.communication()),
            peer -> lookedUp.getAndIncrement() == 0 ? server.localAddress() : client.localAddress(), () -> { });
        final ConnectionIdentifierOperations identifier = both.createIdentifier();
        identifier.resolveAddress(null, new InetSocketAddress("10.0.0.9", 7000), 1000);

        assertEquals(1, lookedUp.get());
        assertEquals(server.deviceName(), identifier.deviceName());
    }

    @Test
    void messagesHaveTheTrafficClassOfTheRequest() throws Exception {
        final InetSocketAddress listener = server.listenAndAccept(VirtualDevice.parameters(SERVER_QUEUE_PAIR));
        final ConnectionIdentifierOperations identifier = client.manager().createIdentifier();
        identifier.setTrafficClass(0xB8);
        identifier.resolveAddress(null, listener, 1000);
        identifier.resolveRoute(1000);
        identifier.connect(VirtualDevice.parameters(CLIENT_QUEUE_PAIR));
        network.runMs(10);

        assertEquals(0xB8, client.lastTrafficClass());
        assertEquals(0xB8, server.lastTrafficClass());
    }
}
