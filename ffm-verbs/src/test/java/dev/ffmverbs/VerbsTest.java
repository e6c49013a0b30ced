// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.NoSuchElementException;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VerbsTest {

    @BeforeAll
    static void chooseSoftwareDevices() {
        PrivateLoopbackAddresses.use();
    }

    @Test
    void anUnknownDeviceIsRefusedWithTheNamesOfThoseThatExist() {
        final String message =
            assertThrows(NoSuchElementException.class, () -> Verbs.open("mlx5_99")).getMessage();

        assertTrue(message.startsWith("no RDMA device named mlx5_99"), message);
        for (final Device device : Verbs.devices()) {
            assertTrue(message.contains(device.name()), message);
        }
    }

    @Test
    void withoutADeviceTheErrorSaysWhatWasSearchedAndHowToGetOne() {
        Assumptions.assumeTrue(Verbs.devices().isEmpty(), "this machine has devices: " + Verbs.devices());

        final String message = assertThrows(NoSuchElementException.class, Verbs::defaultDevice).getMessage();

        assertTrue(message.contains("there are no RDMA devices"), message);
        assertTrue(message.contains("/sys/class/infiniband") && message.contains("What works where")
            || message.contains("apt-get install libibverbs1"), message);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aDeviceTellsItsWholeAttributes(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open()) {
            final DeviceAttributes attributes = context.attributes();
            final PortAttributes port = context.portAttributes(1);

            assertTrue(attributes.physicalPorts() >= 1 && attributes.maximumQueuePairs() > 0, attributes.toString());
            assertEquals(PortState.ACTIVE, port.state());
            assertEquals(LinkLayer.ETHERNET, port.linkLayer(),
                "the link layer lies behind what the compatibility form fills");
            assertTrue(port.gidTableLength() > 0 && !context.gidTable(1).isEmpty(), port.toString());
        }
    }

    /** Memory that a test of this JVM has registered makes the preparation too late on kernels older than 5.12. */
    @Test
    void afterThePreparationAForkTakesNoMemoryAway() {
        final ForkStatus before = Verbs.forkStatus();
        try {
            Verbs.prepareForFork();
            assertTrue(Set.of(ForkStatus.ENABLED, ForkStatus.UNNEEDED).contains(Verbs.forkStatus()),
                Verbs.forkStatus().toString());
        } catch (final VerbsException e) {
            assertEquals("ibv_fork_init", e.verb());
            assertEquals(ForkStatus.DISABLED, before, e.getMessage());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aPortThatDoesNotExistIsRefused(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open()) {
            final VerbsException refused =
                assertThrows(VerbsException.class, () -> context.portAttributes(200));
            assertEquals("EINVAL", refused.errnoName());
            assertTrue(refused.getMessage().contains("port=200"), refused.getMessage());
        }
    }
}
