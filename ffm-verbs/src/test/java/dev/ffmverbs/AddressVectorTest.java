// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.jextract.ibv_ah_attr;
import dev.ffmverbs.jextract.ibv_global_route;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class AddressVectorTest {

    private static final Gid PEER = Gid.of(InetAddress.ofLiteral("10.0.0.2"));

    private static AddressVector everything() {
        return AddressVector.of(PEER, 200, 3).withTrafficClass(0xB8).withFlowLabel(0xF_FFFF).withHopLimit(255)
            .withServiceLevel(15).withLocalIdentifier(0xBFFF).withSourcePathBits(127)
            .withStaticRate(PathRate.GIGABITS_100);
    }

    @Test
    void writesEveryFieldWhereCReadsIt() {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment structure = ibv_ah_attr.allocate(arena);
            structure.fill((byte) -1);

            everything().write(structure);

            final MemorySegment route = ibv_ah_attr.grh(structure);
            assertEquals(PEER, Gid.read(ibv_global_route.dgid(route)));
            assertEquals(200, Byte.toUnsignedInt(ibv_global_route.sgid_index(route)));
            assertEquals(0xB8, Byte.toUnsignedInt(ibv_global_route.traffic_class(route)));
            assertEquals(0xF_FFFF, ibv_global_route.flow_label(route));
            assertEquals(255, Byte.toUnsignedInt(ibv_global_route.hop_limit(route)));
            assertEquals(15, ibv_ah_attr.sl(structure));
            assertEquals(0xBFFF, Short.toUnsignedInt(ibv_ah_attr.dlid(structure)));
            assertEquals(127, ibv_ah_attr.src_path_bits(structure));
            assertEquals(16, ibv_ah_attr.static_rate(structure));
            assertEquals(1, ibv_ah_attr.is_global(structure));
            assertEquals(3, ibv_ah_attr.port_num(structure));
            assertEquals(everything(), AddressVector.read(structure));
        }
    }

    @Test
    void readsBackWhatItWasGiven() {
        final AddressVector path = everything();
        assertEquals(List.of(200, 3, 0xB8, 0xF_FFFF, 255, 15, 0xBFFF, 127), List.of(path.sourceGidIndex(), path.port(),
            path.trafficClass(), path.flowLabel(), path.hopLimit(), path.serviceLevel(), path.localIdentifier(),
            path.sourcePathBits()));
        assertEquals(PEER, path.destination());
        assertEquals(PathRate.GIGABITS_100, path.staticRate());
        assertTrue(path.isGlobal());
    }

    @Test
    void aCopyLeavesTheOriginalAsItIs() {
        final AddressVector original = AddressVector.of(PEER, 0, 1);
        final AddressVector changed = original.withTrafficClass(8);
        assertEquals(0, original.trafficClass());
        assertEquals(8, changed.trafficClass());
        assertNotEquals(original, changed);
        assertEquals(original, changed.withTrafficClass(0));
        assertEquals(original.hashCode(), changed.withTrafficClass(0).hashCode());
    }

    @Test
    void aPathByLocalIdentifierHasNoRouteUntilItIsGivenOne() {
        final AddressVector path = AddressVector.ofLocalIdentifier(7, 2);
        assertFalse(path.isGlobal());
        assertEquals(new Gid(0, 0), path.destination());
        assertEquals(0, path.hopLimit());
        assertEquals(64, path.withDestination(PEER, 1).hopLimit());
        assertEquals(3, path.withDestination(PEER, 1).withHopLimit(3).withDestination(PEER, 2).hopLimit(),
            "another destination keeps the hop limit");
        assertEquals(7, path.withDestination(PEER, 1).localIdentifier());
    }

    @Test
    void refusesWhatDoesNotFit() {
        final AddressVector path = AddressVector.of(PEER, 0, 1);
        for (final Executable call : List.<Executable>of(
            () -> AddressVector.of(PEER, 256, 1), () -> AddressVector.of(PEER, -1, 1),
            () -> AddressVector.of(PEER, 0, 0), () -> AddressVector.of(PEER, 0, 256),
            () -> AddressVector.ofLocalIdentifier(0x1_0000, 1), () -> AddressVector.ofLocalIdentifier(1, 0),
            () -> path.withTrafficClass(256), () -> path.withTrafficClass(-1), () -> path.withFlowLabel(1 << 20),
            () -> path.withHopLimit(256), () -> path.withServiceLevel(16), () -> path.withLocalIdentifier(-1),
            () -> path.withSourcePathBits(128), () -> path.withStaticRate(PathRate.UNKNOWN))) {
            assertThrows(IllegalArgumentException.class, call);
        }
    }

    @Test
    void printsWhatIsNotZero() {
        assertEquals("AddressVector[destination=10.0.0.2, sourceGidIndex=1, port=1, hopLimit=64, trafficClass=104]",
            AddressVector.of(PEER, 1, 1).withTrafficClass(104).toString());
        assertEquals("AddressVector[port=1, localIdentifier=9]", AddressVector.ofLocalIdentifier(9, 1).toString());
        assertTrue(everything().toString().endsWith("staticRate=GIGABITS_100]"), everything().toString());
    }

    @Test
    void aRateThatThisVersionDoesNotKnowKeepsItsNumber() {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment structure = ibv_ah_attr.allocate(arena);
            ibv_ah_attr.static_rate(structure, (byte) 99);

            final AddressVector path = AddressVector.read(structure);

            assertEquals(PathRate.UNKNOWN, path.staticRate());
            assertEquals("AddressVector[port=0, staticRate=UNKNOWN(99)]", path.toString());
            path.withHopLimit(2).write(structure);
            assertEquals(99, ibv_ah_attr.static_rate(structure));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRateIsFoundByItsValueAndStatesAboutWhatItsNameDoes(final PathRate rate) {
        assertEquals(rate, PathRate.of(rate.value()));
        if (rate.name().startsWith("GIGABITS_")) {
            final double gigabits = Double.parseDouble(rate.name().substring("GIGABITS_".length()).replace('_', '.'));
            assertEquals(gigabits, rate.megabitsPerSecond() / 1000.0, gigabits * 0.07);
        }
    }
}
