// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.ffmverbs.PrivateLoopbackAddresses;
import dev.ffmverbs.softroce.faults.FaultSettings;
import dev.ffmverbs.softroce.port.AllowedSockets;
import dev.ffmverbs.spi.CompletionQueueOperations;
import dev.ffmverbs.spi.ContextOperations;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProtectionDomainOperations;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.QueuePairOperations;
import dev.ffmverbs.spi.constants.QueuePairTypes;
import dev.ffmverbs.spi.layout.QueuePairCreationLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.nio.ByteOrder;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests a device whose queue pairs are attached to as many multicast groups as it allows. */
class MulticastAttachmentTest {

    private static final int UDP_PORT = 44_789;
    private static final ValueLayout.OfInt BIG_ENDIAN = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int IPV4_PREFIX = 0xFFFF;
    /** Groups that other builds on this machine do not use. */
    private static final int GROUPS = 0xEF00_0000 | ThreadLocalRandom.current().nextInt(1 << 14) << 9;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment gid = arena.allocate(16, Long.BYTES);
    private ContextOperations context;
    private ProtectionDomainOperations domain;
    private CompletionQueueOperations completions;
    private QueuePairOperations one;
    private QueuePairOperations other;

    @BeforeEach
    void attachToEveryGroup() throws ProviderException {
        context = new SoftDevice("soft9", InetAddress.ofLiteral(PrivateLoopbackAddresses.address(0)),
            UDP_PORT, 1 << 20, FaultSettings.NONE, AllowedSockets.ANY).open();
        domain = context.allocateProtectionDomain();
        completions = context.createCompletionQueue(8, null, 0);
        one = createQueuePair();
        other = createQueuePair();
        for (int i = 0; i < DeviceLimits.MAX_MULTICAST_GROUPS; i++) {
            one.attachMulticast(group(i), 0);
        }
    }

    private QueuePairOperations createQueuePair() throws ProviderException {
        final MemorySegment creation = arena.allocate(QueuePairCreationLayout.LAYOUT);
        creation.set(ValueLayout.JAVA_INT, QueuePairCreationLayout.TYPE, QueuePairTypes.UNRELIABLE_DATAGRAM);
        return domain.createQueuePair(creation, completions, completions, null);
    }

    private MemorySegment group(final int number) {
        gid.set(BIG_ENDIAN, 2 * Integer.BYTES, IPV4_PREFIX);
        gid.set(BIG_ENDIAN, 3 * Integer.BYTES, GROUPS + number);
        return gid;
    }

    @AfterEach
    void close() throws ProviderException {
        one.close();
        other.close();
        completions.close();
        domain.close();
        context.close();
        arena.close();
    }

    @Test
    void anotherQueuePairIsAttachedToAGroupThatExists() {
        assertDoesNotThrow(() -> other.attachMulticast(group(0), 0));
    }

    @Test
    void anotherGroupIsRefused() {
        final ProviderException refusal = assertThrows(ProviderException.class,
            () -> other.attachMulticast(group(DeviceLimits.MAX_MULTICAST_GROUPS), 0));

        assertEquals(Errno.ENOMEM, refusal.errno());
    }
}
