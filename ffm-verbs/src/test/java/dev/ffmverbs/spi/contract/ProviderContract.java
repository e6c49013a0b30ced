// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import dev.ffmverbs.spi.ConnectionManagerOperations;
import dev.ffmverbs.spi.ConnectionParameterData;
import dev.ffmverbs.spi.ContextOperations;
import dev.ffmverbs.spi.DeviceOperations;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProtectionDomainOperations;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.VerbsProvider;
import dev.ffmverbs.spi.constants.MemoryWindowTypes;
import dev.ffmverbs.spi.constants.PortStates;
import dev.ffmverbs.spi.constants.QueuePairStates;
import dev.ffmverbs.spi.constants.QueuePairTypes;
import dev.ffmverbs.spi.layout.DeviceAttributesLayout;
import dev.ffmverbs.spi.layout.ExtendedDeviceAttributesLayout;
import dev.ffmverbs.spi.layout.PortAttributesLayout;
import dev.ffmverbs.spi.layout.QueuePairAttributesLayout;
import dev.ffmverbs.spi.layout.SharedReceiveQueueAttributesLayout;
import dev.ffmverbs.spi.layout.SharedReceiveQueueCreationLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The rules for every provider before a queue pair exists. The tests of a provider implement this interface.
 */
@Timeout(60)
public interface ProviderContract {

    /** Longer than any wait in these tests. A wake-up ends each of them. */
    long LONG_NS = TimeUnit.SECONDS.toNanos(50);

    /** Returns the provider and its devices. If there are none, skips the test with the reason. */
    ContractDevices devices() throws Exception;

    /** Uses an operation that a device may lack. */
    interface Use {
        void use() throws ProviderException;
    }

    private static void assertUnsupportedIfRefused(final Use use) {
        try {
            use.use();
        } catch (final ProviderException e) {
            assertEquals(Errno.EOPNOTSUPP, e.errno(), e.getMessage());
        }
    }

    @Test
    default void aProviderHasANameAndDevicesThatCanBeToldApart() throws Exception {
        final VerbsProvider provider = devices().provider();

        assertTrue(provider.name().matches("[a-z][a-z0-9-]*"), provider.name());
        assertEquals(provider.name(), provider.name());
        assertFalse(provider.whereSearched().isBlank());
        assertTrue(provider.unavailability().isEmpty(), () -> provider.unavailability().get());
        final List<String> names = provider.devices().stream().map(DeviceOperations::name).toList();
        assertEquals(names.size(), names.stream().distinct().count(), names::toString);
        assertTrue(names.stream().allMatch(provider::isLikelyToHave), names::toString);
    }

    @Test
    default void threadsListAndOpenDevicesAtOnce() throws Exception {
        final ContractDevices devices = devices();
        final Callable<Integer> open = () -> {
            final ContextOperations context =
                ContractDevices.device(devices.provider(), devices.left().name()).open();
            final int vectors = context.completionVectors();
            context.close();
            return vectors;
        };
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (final Future<Integer> vectors : threads.invokeAll(List.of(open, open, open, open))) {
                assertTrue(vectors.get() >= 1);
            }
        }
    }

    @Test
    default void aDeviceDescribesItself() throws Exception {
        final DeviceOperations device = devices().left();
        final ContextOperations context = device.open();
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment extended = arena.allocate(ExtendedDeviceAttributesLayout.LAYOUT);
            context.queryDevice(extended);
            final MemorySegment attributes = ExtendedDeviceAttributesLayout.basic(extended);
            assertTrue(attributes.get(ValueLayout.JAVA_INT, DeviceAttributesLayout.MAXIMUM_QUEUE_PAIRS) > 0);
            assertTrue(attributes.get(ValueLayout.JAVA_INT, DeviceAttributesLayout.MAXIMUM_COMPLETIONS) > 0);
            assertTrue(attributes.get(ValueLayout.JAVA_BYTE, DeviceAttributesLayout.PHYSICAL_PORTS) != 0);
            assertEquals(device.guid(),
                Long.reverseBytes(attributes.get(ValueLayout.JAVA_LONG, DeviceAttributesLayout.NODE_GUID)));

            final MemorySegment port = arena.allocate(PortAttributesLayout.LAYOUT);
            context.queryPort(1, port);
            assertEquals(PortStates.ACTIVE, port.get(ValueLayout.JAVA_INT, PortAttributesLayout.STATE));
            assertTrue(port.get(ValueLayout.JAVA_INT, PortAttributesLayout.GID_TABLE_LENGTH) > 0);
        } finally {
            context.close();
        }
    }

    /** Connections of type XRC need a special domain ({@code ibv_open_xrcd}), which this interface lacks. */
    @Test
    default void anExtendedReliableConnectionWithoutADomainIsRefused() throws Exception {
        try (ContractEnd end = new ContractEnd(devices().left())) {
            for (final int type : new int[] {QueuePairTypes.EXTENDED_SEND, QueuePairTypes.EXTENDED_RECEIVE}) {
                final ProviderException refused =
                    assertThrows(ProviderException.class, () -> end.createQueuePair(type));
                assertTrue(refused.getMessage().contains("type=" + QueuePairTypes.name(type)), refused.getMessage());
                assertEquals("ibv_create_qp", refused.verb());
            }
        }
    }

    @Test
    default void aPortThatDoesNotExistIsRefusedWithTheVerb() throws Exception {
        final ContextOperations context = devices().left().open();
        try (Arena arena = Arena.ofConfined()) {
            final ProviderException refusal = assertThrows(ProviderException.class,
                () -> context.queryPort(200, arena.allocate(PortAttributesLayout.LAYOUT)));
            assertEquals(Errno.EINVAL, refusal.errno(), refusal.getMessage());
            assertEquals("ibv_query_port", refusal.verb());
        } finally {
            context.close();
        }
    }

    @Test
    default void closingOneContextLeavesTheOthersAlone() throws Exception {
        final DeviceOperations device = devices().left();
        final ContextOperations first = device.open();
        final ContextOperations second = device.open();
        first.close();
        try (Arena arena = Arena.ofConfined()) {
            second.queryPort(1, arena.allocate(PortAttributesLayout.LAYOUT));
        } finally {
            second.close();
        }
    }

    @Test
    default void whatADeviceLacksIsUnsupported() throws Exception {
        final ContextOperations context = devices().left().open();
        final ProtectionDomainOperations domain = context.allocateProtectionDomain();
        try (Arena arena = Arena.ofConfined()) {
            assertUnsupportedIfRefused(() -> context.portStatistics(1));
            assertUnsupportedIfRefused(() -> domain.allocateMemoryWindow(MemoryWindowTypes.TYPE_2).close());
            final MemorySegment creation = arena.allocate(SharedReceiveQueueCreationLayout.LAYOUT);
            final MemorySegment sizes = SharedReceiveQueueCreationLayout.attributes(creation);
            sizes.set(ValueLayout.JAVA_INT, SharedReceiveQueueAttributesLayout.REQUESTS, 4);
            sizes.set(ValueLayout.JAVA_INT, SharedReceiveQueueAttributesLayout.ELEMENTS, 1);
            assertUnsupportedIfRefused(() -> domain.createSharedReceiveQueue(creation).close());
        } finally {
            domain.close();
            context.close();
        }
    }

    @Test
    default void aWaitForAsynchronousEventsEndsAtItsTimeAndByAWakeUp() throws Exception {
        final ContextOperations context = devices().left().open();
        try {
            assertNull(context.nextAsynchronousEvent(0));
            assertNull(context.nextAsynchronousEvent(1_000_000));
            context.wakeUp();
            assertNull(context.nextAsynchronousEvent(LONG_NS));
        } finally {
            context.close();
        }
    }

    @Test
    default void aWaitForConnectionEventsEndsAtItsTimeAndByAWakeUp() throws Exception {
        final ContractDevices devices = devices();
        final ConnectionManagerOperations manager =
            devices.provider().openConnectionManager(List.of(devices.left().name()));
        try {
            manager.createIdentifier().close();
            assertNull(manager.nextEvent(0));
            assertNull(manager.nextEvent(1_000_000));
            manager.wakeUp();
            assertNull(manager.nextEvent(LONG_NS));
        } finally {
            manager.close();
        }
    }

    @Test
    default void aDestroyedIdentifierRefusesEveryOperation() throws Exception {
        final ContractDevices devices = devices();
        final ConnectionManagerOperations manager =
            devices.provider().openConnectionManager(List.of(devices.left().name()));
        final InetSocketAddress address = new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, 0, 0, 1}), 9);
        try (Arena arena = Arena.ofConfined()) {
            final ConnectionIdentifierOperations identifier = manager.createIdentifier();
            final MemorySegment attributes = arena.allocate(QueuePairAttributesLayout.LAYOUT);
            attributes.set(ValueLayout.JAVA_INT, QueuePairAttributesLayout.STATE, QueuePairStates.INIT);
            identifier.close();

            final List<Use> operations = List.of(
                () -> identifier.bind(address), () -> identifier.listen(1), () -> identifier.setTrafficClass(1),
                () -> identifier.setAcknowledgeTimeout(14), () -> identifier.resolveAddress(null, address, 1000),
                () -> identifier.resolveRoute(1000), () -> identifier.initializeQueuePairAttributes(attributes),
                () -> identifier.connect(new ConnectionParameterData(1, new byte[0], 1, 1, 1, 1)),
                identifier::establish,
                () -> identifier.accept(new ConnectionParameterData(1, new byte[0], 1, 1, 1, 1)),
                () -> identifier.reject(new byte[0]), identifier::disconnect);
            for (int i = 0; i < operations.size(); i++) {
                assertThrows(ProviderException.class, operations.get(i)::use, "operation " + i);
            }
            identifier.localAddress();
            identifier.remoteAddress();
            identifier.deviceName();
            identifier.close();
            assertNull(manager.nextEvent(0));
        } finally {
            manager.close();
        }
    }

    @Test
    default void anIdentifierThatIsLeftWhenItsManagerIsClosedCanBeClosed() throws Exception {
        final ContractDevices devices = devices();
        final ConnectionManagerOperations manager =
            devices.provider().openConnectionManager(List.of(devices.left().name()));
        final ConnectionIdentifierOperations identifier = manager.createIdentifier();
        manager.close();

        assertThrows(ProviderException.class, identifier::disconnect);
        identifier.close();
        assertThrows(ProviderException.class, identifier::disconnect);
    }
}
