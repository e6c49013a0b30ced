// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Memory that is registered without being locked, and memory of other devices. */
@Timeout(60)
class OnDemandMemoryTest {

    private static final int LENGTH = 8192;

    private static boolean pages(final Context context) {
        return (context.extendedAttributes().onDemandPagingFlags() & 1) != 0;
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void isReadAndWrittenLikeLockedMemory(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final MemoryRegion local = Unsupported.orSkip(() -> pair.left.opens(
                pair.left.domain.allocate(LENGTH, Access.LOCAL_WRITE, Access.ON_DEMAND)));
            final MemoryRegion remote = Unsupported.orSkip(() -> pair.right.opens(pair.right.domain.allocate(
                LENGTH, Access.LOCAL_WRITE, Access.REMOTE_READ, Access.REMOTE_WRITE, Access.ON_DEMAND)));
            TestMemory.fill(local.segment(), 5);

            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(SendRequest.allocate(1)
                .localMemory(local, 0, LENGTH).write(remote.iova(), remote.rkey())));

            TestMemory.assertSame(local, 0, remote, 0, LENGTH);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void isRefusedByNameWhereTheDeviceHasNone(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open(); ProtectionDomain domain = context.allocateProtectionDomain()) {
            if (pages(context)) {
                assertTrue(context.extendedAttributes().reliableConnectionOnDemandPaging() != 0);
                domain.allocate(LENGTH, Access.LOCAL_WRITE, Access.ON_DEMAND).close();
            } else {
                final String message = assertThrows(UnsupportedVerbException.class,
                    () -> domain.allocate(LENGTH, Access.LOCAL_WRITE, Access.ON_DEMAND)).getMessage();
                assertTrue(message.contains("IBV_ODP_SUPPORT"), message);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void isAdvisedWhereTheDeviceCan(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open(); ProtectionDomain domain = context.allocateProtectionDomain();
             MemoryRegion region = pages(context) ? domain.allocate(LENGTH, Access.LOCAL_WRITE, Access.ON_DEMAND)
                 : domain.allocate(LENGTH, Access.LOCAL_WRITE)) {
            for (final MemoryAdvice advice : MemoryAdvice.values()) {
                try {
                    region.advise(advice, 4096, 4096, true);
                } catch (final VerbsException refused) {
                    assertEquals("ibv_advise_mr", refused.verb());
                }
            }
            assertThrows(IndexOutOfBoundsException.class, () -> region.advise(MemoryAdvice.PREFETCH, 1, LENGTH, true));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void theWholeAddressSpaceIsRegisteredOrRefusedByName(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open(); ProtectionDomain domain = context.allocateProtectionDomain()) {
            try (MemoryRegion region = domain.registerAddressSpace(Access.LOCAL_WRITE)) {
                assertEquals(0, region.segment().byteSize());
                assertEquals(0, region.iova());
            } catch (final UnsupportedVerbException refused) {
                assertEquals("ibv_reg_mr", refused.verb());
                assertTrue(refused.getMessage().contains("length=SIZE_MAX"), refused.getMessage());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void memoryOfAnotherDeviceIsRefusedByName(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open(); ProtectionDomain domain = context.allocateProtectionDomain()) {
            final VerbsException refused = assertThrows(
                VerbsException.class, () -> domain.registerDmabuf(0, 0, 4096, 0, Access.LOCAL_WRITE));
            assertEquals("ibv_reg_dmabuf_mr", refused.verb());
            assertThrows(IllegalArgumentException.class, () -> domain.registerDmabuf(-1, 0, 4096, 0));
            assertThrows(IllegalArgumentException.class, () -> domain.registerDmabuf(0, -1, 4096, 0));
            assertThrows(IllegalArgumentException.class, () -> domain.registerDmabuf(0, 0, 0, 0));
        }
    }
}
