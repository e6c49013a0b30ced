// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.jextract.ibv_ah_attr;
import dev.ffmverbs.jextract.ibv_global_route;
import dev.ffmverbs.jextract.ibv_qp_attr;
import dev.ffmverbs.softroce.port.LocalAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.InetAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests the attributes that a queue pair accepts and refuses on an Ethernet interface with an MTU of 1500 bytes. */
class QueuePairSettingsTest {

    private static final int TO_READY_TO_RECEIVE = ffm_verbs_h.IBV_QP_PATH_MTU() | ffm_verbs_h.IBV_QP_AV();

    private final Arena arena = Arena.ofConfined();
    private final QueuePairSettings settings = new QueuePairSettings(arena,
        new LocalAddress((Inet4Address) InetAddress.ofLiteral("127.0.0.1"), 4791, "eth9", 9, 1500));
    private final MemorySegment attributes = ibv_qp_attr.allocate(arena);

    QueuePairSettingsTest() {
        ibv_qp_attr.path_mtu(attributes, ffm_verbs_h.IBV_MTU_1024());
        final MemorySegment address = ibv_qp_attr.ah_attr(attributes);
        ibv_ah_attr.is_global(address, (byte) 1);
        ibv_ah_attr.port_num(address, (byte) 1);
        MappedGid.write(ibv_global_route.dgid(ibv_ah_attr.grh(address)), 0x0A00_0001);
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
    void aPeerWithAnIpv6AddressIsRefused() {
        final MemorySegment gid = ibv_global_route.dgid(ibv_ah_attr.grh(ibv_qp_attr.ah_attr(attributes)));
        gid.set(ValueLayout.JAVA_BYTE, 0, (byte) 0xFE);
        assertTrue(refusal().contains("IPv6 is not supported"), refusal());
    }
}
