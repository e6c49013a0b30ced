// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.jextract.ibv_ah_attr;
import dev.ffmverbs.jextract.ibv_global_route;
import dev.ffmverbs.jextract.ibv_qp_attr;
import dev.ffmverbs.softroce.port.LocalAddress;
import dev.ffmverbs.softroce.wire.IpAddress;
import dev.ffmverbs.spi.layout.GidLayout;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests the attributes that a queue pair accepts and refuses on an Ethernet interface with an MTU of 1500 bytes. */
class QueuePairSettingsTest {

    private static final int TO_READY_TO_RECEIVE = ffm_verbs_h.IBV_QP_PATH_MTU() | ffm_verbs_h.IBV_QP_AV();

    private final Arena arena = Arena.ofConfined();
    private final LocalAddress local = new LocalAddress(InetAddress.ofLiteral("10.0.0.2"), 4791, "eth9", 9, 1500);
    private final GidTable gids = new GidTable(local, 1);
    private final QueuePairSettings settings = new QueuePairSettings(arena, new AddressAttributes(local, gids));
    private final MemorySegment attributes = ibv_qp_attr.allocate(arena);

    QueuePairSettingsTest() {
        ibv_qp_attr.path_mtu(attributes, ffm_verbs_h.IBV_MTU_1024());
        final MemorySegment address = ibv_qp_attr.ah_attr(attributes);
        ibv_ah_attr.is_global(address, (byte) 1);
        ibv_ah_attr.port_num(address, (byte) 1);
        setPeer("10.0.0.1");
        setGidIndex(1);
    }

    private MemorySegment route() {
        return ibv_ah_attr.grh(ibv_qp_attr.ah_attr(attributes));
    }

    private void setPeer(final String literal) {
        final IpAddress peer = IpAddress.of(InetAddress.ofLiteral(literal));
        GidLayout.write(ibv_global_route.dgid(route()), peer.high(), peer.low());
    }

    private void setGidIndex(final int index) {
        ibv_global_route.sgid_index(route(), (byte) index);
    }

    @AfterEach
    void free() {
        arena.close();
    }

    private String refusal() {
        final String flaw = settings.flaw(attributes, TO_READY_TO_RECEIVE);
        assertNotNull(flaw, "nothing is wrong with " + TO_READY_TO_RECEIVE);
        return flaw;
    }

    @Test
    void whatFitsTheInterfaceIsTaken() {
        assertNull(settings.flaw(attributes, TO_READY_TO_RECEIVE));
    }

    @Test
    void aPathMtuTooLargeForTheInterfaceIsRefusedWithTheLargest() {
        ibv_qp_attr.path_mtu(attributes, ffm_verbs_h.IBV_MTU_2048());
        final String message = refusal();
        assertTrue(message.contains("path_mtu 2048 is too large") && message.contains("eth9")
            && message.contains("1500 bytes") && message.contains("at most 1024"), message);
    }

    @Test
    void aPeerWithAnAddressOfTheOtherVersionIsRefused() {
        setPeer("fd00::1");
        assertTrue(refusal().contains("choose the index of an IPv6 address"), refusal());
        gids.update(List.of(local.ip(), IpAddress.of(InetAddress.ofLiteral("fd00::2"))));
        setGidIndex(2);
        assertNull(settings.flaw(attributes, TO_READY_TO_RECEIVE));
        setPeer("10.0.0.1");
        assertTrue(refusal().contains("choose the index of an IPv4 address"), refusal());
    }

    @Test
    void anIndexWithoutAddressIsRefusedWithTheIndexOfTheDevicesAddress() {
        for (final int index : new int[] {0, 2, 31, 32, 255}) {
            setGidIndex(index);
            assertTrue(refusal().contains("sgid_index is " + index) && refusal().contains("index 1 has 10.0.0.2"),
                refusal());
        }
        setGidIndex(1);
        gids.update(List.of());
        assertTrue(refusal().contains("10.0.0.2 is gone"), refusal());
    }

    private String refusalOfPath() {
        return assertThrows(IOException.class, () -> settings.path(null, attributes, 17)).getMessage();
    }

    /** The interface is watched by a thread, so that an address can go away between the check and the use. */
    @Test
    void anAddressThatGoesAwayAfterTheCheckIsRefusedByName() {
        assertNull(settings.flaw(attributes, TO_READY_TO_RECEIVE));
        gids.update(List.of());
        assertTrue(refusalOfPath().contains("its own address 10.0.0.2 is gone"), refusalOfPath());
    }

    @Test
    void anAddressThatIsReplacedByTheOtherVersionAfterTheCheckIsRefusedByName() {
        gids.update(List.of(local.ip(), IpAddress.of(InetAddress.ofLiteral("10.0.0.7"))));
        setGidIndex(2);
        assertNull(settings.flaw(attributes, TO_READY_TO_RECEIVE));
        gids.update(List.of(local.ip(), IpAddress.of(InetAddress.ofLiteral("fd00::2"))));
        assertTrue(refusalOfPath().contains("leave from fd00:0:0:0:0:0:0:2"), refusalOfPath());
    }

    @Test
    void aGroupIsNoPeer() {
        setPeer("239.1.2.3");
        assertTrue(refusal().contains("no host's address"), refusal());
    }
}
