// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.spi.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests access rights and ranges that memory regions refuse. */
class MemoryRegionErrorsTest {

    /** Remote write access requires local write access. The C library defines this rule and its error number. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void refusesRightsThatDoNotGoTogether(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open(); ProtectionDomain domain = context.allocateProtectionDomain()) {
            for (final Access access : new Access[] {Access.REMOTE_WRITE, Access.REMOTE_ATOMIC}) {
                final VerbsException refused = assertThrows(VerbsException.class, () -> domain.allocate(64, access));
                assertEquals("ibv_reg_mr", refused.verb());
                assertEquals(Errno.EINVAL, refused.errno());
                assertTrue(refused.getMessage().contains("access=0x" + Integer.toHexString(access.value())),
                    refused.getMessage());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void refusesRangesBeyondItself(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open(); ProtectionDomain domain = context.allocateProtectionDomain();
             MemoryRegion region = domain.allocate(64, Access.LOCAL_WRITE)) {
            final SendRequest request = SendRequest.allocate(1);
            for (final long[] range : new long[][] {
                {0, 65}, {64, 1}, {-1, 1}, {0, -1}, {1, Long.MAX_VALUE}, {Long.MAX_VALUE, 1}, {65, 0}}) {
                assertThrows(IndexOutOfBoundsException.class,
                    () -> request.localMemory(region, range[0], range[1]));
            }
            request.localMemory(region, 64, 0).localMemory(region, 0, 64);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void refusesReadOnlyMemory(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open(); ProtectionDomain domain = context.allocateProtectionDomain();
             Arena arena = Arena.ofShared()) {
            final MemorySegment memory = arena.allocate(64).asReadOnly();
            final IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> domain.register(memory));
            assertTrue(refused.getMessage().contains("read-only"), refused.getMessage());
        }
    }
}
