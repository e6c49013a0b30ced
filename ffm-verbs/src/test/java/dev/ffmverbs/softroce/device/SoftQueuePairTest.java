// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.PrivateLoopbackAddresses;
import dev.ffmverbs.softroce.faults.FaultSettings;
import dev.ffmverbs.softroce.port.AllowedSockets;
import dev.ffmverbs.spi.CompletionQueueOperations;
import dev.ffmverbs.spi.ContextOperations;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProtectionDomainOperations;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.QueuePairOperations;
import dev.ffmverbs.spi.constants.QueuePairAttributeFlags;
import dev.ffmverbs.spi.constants.QueuePairStates;
import dev.ffmverbs.spi.constants.QueuePairTypes;
import dev.ffmverbs.spi.layout.QueuePairAttributesLayout;
import dev.ffmverbs.spi.layout.QueuePairCreationLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.InetAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests how a queue pair handles invalid attributes and internal errors. */
class SoftQueuePairTest {

    private static final int UDP_PORT = 44_795;
    private static final int TO_INIT = QueuePairAttributeFlags.STATE | QueuePairAttributeFlags.PARTITION_KEY_INDEX
        | QueuePairAttributeFlags.PORT | QueuePairAttributeFlags.ACCESS_FLAGS;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment attributes = arena.allocate(QueuePairAttributesLayout.LAYOUT);
    private ContextOperations context;
    private ProtectionDomainOperations domain;
    private CompletionQueueOperations completions;
    private QueuePairOperations queuePair;

    @BeforeEach
    void open() throws ProviderException {
        context = new SoftDevice("soft9", (Inet4Address) InetAddress.ofLiteral(PrivateLoopbackAddresses.address(0)),
            UDP_PORT, 1 << 20, FaultSettings.NONE, AllowedSockets.ANY).open();
        domain = context.allocateProtectionDomain();
        completions = context.createCompletionQueue(8, null, 0);
        final MemorySegment creation = arena.allocate(QueuePairCreationLayout.LAYOUT);
        creation.set(ValueLayout.JAVA_INT, QueuePairCreationLayout.TYPE, QueuePairTypes.RELIABLE_CONNECTION);
        queuePair = domain.createQueuePair(creation, completions, completions, null);
        attributes.set(ValueLayout.JAVA_INT, QueuePairAttributesLayout.STATE, QueuePairStates.INIT);
        attributes.set(ValueLayout.JAVA_BYTE, QueuePairAttributesLayout.PORT, (byte) 1);
    }

    @AfterEach
    void close() throws ProviderException {
        if (queuePair != null) {
            queuePair.close();
        }
        completions.close();
        domain.close();
        context.close();
        arena.close();
    }

    @Test
    void namesQueuePairAndStateInText() throws ProviderException {
        queuePair.modify(attributes, TO_INIT);

        assertEquals("SoftQueuePair, ReliableConnection of queue pair " + queuePair.number() + ", INIT",
            queuePair.toString());
        assertEquals("SoftCompletionQueue of 8 entries", completions.toString());
    }

    @Test
    void attributesThatCannotBeSoAreRefusedWithTheReason() {
        attributes.set(ValueLayout.JAVA_BYTE, QueuePairAttributesLayout.PORT, (byte) 2);

        final ProviderException refusal =
            assertThrows(ProviderException.class, () -> queuePair.modify(attributes, TO_INIT));

        assertEquals(Errno.EINVAL, refusal.errno());
        assertTrue(refusal.getMessage().endsWith("port_num must be 1; there is one port"), refusal.getMessage());
    }

    @Test
    void anErrorWithinTheDeviceIsNotReportedAsTheUsers() throws ProviderException {
        final QueuePairOperations closed = queuePair;
        closed.close();
        queuePair = null;

        assertThrows(IllegalStateException.class, () -> closed.modify(attributes, TO_INIT));
    }
}
