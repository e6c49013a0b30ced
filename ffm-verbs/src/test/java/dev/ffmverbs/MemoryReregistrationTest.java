// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests changes to a registration, if the device supports them. */
class MemoryReregistrationTest {

    private static final long SEED = 47;

    private static void assertReaches(
        final ConnectedPair pair, final WorkCompletionStatus expected, final MemoryRegion remote) {
        final MemoryRegion local = TestMemory.zeros(pair.left, 64, Access.LOCAL_WRITE);
        final WorkCompletionStatus status = pair.left.execute(SendRequest.allocate(1)
            .read(remote.iova(), remote.rkey()).localMemory(local, 0, 64));
        assertTrue((expected == WorkCompletionStatus.SUCCESS ? Set.of(expected)
            : Unsupported.ofRefused(pair.left.context.device(), Set.of(expected))).contains(status), status::toString);
        if (expected == WorkCompletionStatus.SUCCESS) {
            TestMemory.assertSame(remote, 0, local, 0, 64);
        } else {
            pair.reconnect();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void changesItsRightsWhereTheDeviceCan(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final MemoryRegion remote = TestMemory.region(pair.right, 64, SEED);
            assertReaches(pair, WorkCompletionStatus.REMOTE_ACCESS_ERROR, remote);

            Unsupported.orSkip(() -> remote.changeAccess(Access.REMOTE_READ));

            assertReaches(pair, WorkCompletionStatus.SUCCESS, remote);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void changesItsMemoryWhereTheDeviceCan(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices); Arena arena = Arena.ofShared()) {
            final MemoryRegion remote = TestMemory.region(pair.right, 64, SEED, Access.REMOTE_READ);
            final MemorySegment other = arena.allocate(128);
            TestMemory.fill(other, SEED + 1);

            Unsupported.orSkip(() -> remote.changeMemory(other));

            assertEquals(128, remote.lengthBytes());
            assertEquals(other.address(), remote.iova());
            assertReaches(pair, WorkCompletionStatus.SUCCESS, remote);
            remote.close();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void changesItsProtectionDomainWhereTheDeviceCan(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final MemoryRegion remote = TestMemory.region(pair.right, 64, SEED, Access.REMOTE_READ);
            final ProtectionDomain other = pair.right.context.allocateProtectionDomain();
            try {
                Unsupported.orSkip(() -> remote.changeProtectionDomain(other));

                assertSame(other, remote.protectionDomain());
                assertReaches(pair, WorkCompletionStatus.REMOTE_ACCESS_ERROR, remote);
                assertThrows(IllegalStateException.class, other::close);
                remote.changeProtectionDomain(pair.right.domain);
                assertReaches(pair, WorkCompletionStatus.SUCCESS, remote);
            } finally {
                other.close();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void keepsItsRegistrationWhenTheDeviceRefusesNewRights(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final MemoryRegion remote = TestMemory.region(pair.right, 64, SEED);
            Unsupported.orSkip(() -> remote.changeAccess(Access.REMOTE_READ));
            assumeTrue(devices.right().provider().equals("softroce"), "drivers may lose a registration they refuse");

            final VerbsException refused =
                assertThrows(VerbsException.class, () -> remote.changeAccess(Access.REMOTE_WRITE));

            assertEquals("EINVAL", refused.errnoName());
            assertReaches(pair, WorkCompletionStatus.SUCCESS, remote);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void refusesChangesThatMakeNoSense(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open(); Context otherContext = devices.left().open();
             ProtectionDomain domain = context.allocateProtectionDomain();
             ProtectionDomain foreign = otherContext.allocateProtectionDomain()) {
            final MemoryRegion region = domain.allocate(64, Access.LOCAL_WRITE);
            assertThrows(IllegalArgumentException.class, () -> region.changeProtectionDomain(foreign));
            assertThrows(IllegalArgumentException.class,
                () -> region.changeMemory(MemorySegment.ofArray(new byte[1])));
            region.close();
            assertThrows(IllegalStateException.class, () -> region.changeAccess(Access.LOCAL_WRITE));
        }
    }
}
