// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** Tests flags that a device reports, and the codes of a link. */
class FlagSetTest {

    @Test
    void namesWhatItKnowsAndKeepsTheOtherBits() {
        final FlagSet<DeviceCapability> flags = DeviceCapability.of(1L << 40 | 1L << 50 | 1 << 17);

        assertEquals(Set.of(DeviceCapability.MEMORY_WINDOWS, DeviceCapability.ATOMIC_WRITE), flags.flags());
        assertTrue(flags.contains(DeviceCapability.ATOMIC_WRITE));
        assertFalse(flags.contains(DeviceCapability.RAW_MULTICAST));
        assertEquals(1L << 40 | 1L << 50 | 1 << 17, flags.bits());
        assertEquals(1L << 50, flags.unknownBits());
        assertEquals("[MEMORY_WINDOWS, ATOMIC_WRITE, 0x4000000000000]", flags.toString());
        assertThrows(UnsupportedOperationException.class, () -> flags.flags().clear());
    }

    @Test
    void isEqualWhenAllBitsAre() {
        assertEquals(PortCapability.of(1 << 16), PortCapability.of(1 << 16));
        assertEquals(PortCapability.of(1 << 16).hashCode(), PortCapability.of(1 << 16).hashCode());
        assertNotEquals(PortCapability.of(1 << 16), PortCapability.of(1L << 40 | 1 << 16));
        assertNotEquals(PortCapability.of(1 << 17), DeviceCapability.of(1 << 17));
        assertEquals("[]", SecondPortCapability.of(0).toString());
    }

    @Test
    void everyConstantIsFoundByItsValueAndOthersAreUnknown() {
        for (final LinkWidth width : LinkWidth.values()) {
            assertEquals(width, LinkWidth.of(width.value()));
        }
        for (final LinkSpeed speed : LinkSpeed.values()) {
            assertEquals(speed, LinkSpeed.of(speed.value()));
        }
        for (final PhysicalPortState state : PhysicalPortState.values()) {
            assertEquals(state, PhysicalPortState.of(state.value()));
        }
        for (final LinkLayer layer : LinkLayer.values()) {
            assertEquals(layer, LinkLayer.of(layer.value()));
        }
        for (final AtomicCapability capability : AtomicCapability.values()) {
            assertEquals(capability, AtomicCapability.of(capability.value()));
        }
        for (final ForkStatus status : ForkStatus.values()) {
            assertEquals(status, ForkStatus.of(status.value()));
        }
        assertEquals(LinkSpeed.UNKNOWN, LinkSpeed.of(3));
        assertEquals(LinkLayer.UNKNOWN, LinkLayer.of(77));
        assertEquals(AtomicCapability.UNKNOWN, AtomicCapability.of(77));
    }
}
