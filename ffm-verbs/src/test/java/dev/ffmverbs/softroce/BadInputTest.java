// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.PathMtu;
import dev.ffmverbs.PrivateLoopbackAddresses;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.VerbsException;
import dev.ffmverbs.WorkCompletionStatus;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Devices with invalid settings report the reason. Peers with incompatible settings both get an error. */
class BadInputTest {

    @Test
    void anAddressThatIsNotLocalIsRefusedWhenTheDeviceIsOpened() {
        final String name = SoftDevices.add("192.0.2.77", SoftRoceSettings.DEFAULT);
        final VerbsException refused = assertThrows(VerbsException.class, () -> Verbs.open(name));
        assertEquals("EADDRNOTAVAIL", refused.errnoName());
        assertTrue(refused.getMessage().contains("192.0.2.77"), refused.getMessage());
    }

    @Test
    void aPortThatIsTakenIsRefusedUntilItIsFree() throws IOException {
        final SoftRoceSettings settings = SoftRoceSettings.DEFAULT.withUdpPort(24_791);
        final String name = SoftDevices.add(PrivateLoopbackAddresses.address(0), settings);
        try (DatagramSocket taker =
                 new DatagramSocket(new InetSocketAddress(PrivateLoopbackAddresses.address(0), 24_791))) {
            final VerbsException refused = assertThrows(VerbsException.class, () -> Verbs.open(name));
            assertTrue(taker.isBound());
            assertEquals("EADDRINUSE", refused.errnoName());
            assertTrue(refused.getMessage().contains("another socket has UDP port 24791"), refused.getMessage());
        }
        Verbs.open(name).close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"::", "ff02::1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "127.0.0.255", "127.9.8.255",
        "127.255.255.255"})
    void whatIsNoAddressOfAHostIsRefused(final String address) {
        final String message = assertThrows(IllegalArgumentException.class,
            () -> SoftRoceDevices.add(InetAddress.ofLiteral(address), SoftRoceSettings.DEFAULT)).getMessage();
        assertTrue(message.contains(InetAddress.ofLiteral(address).getHostAddress())
            && message.contains("a software device needs an address of this machine"), message);
    }

    @Test
    void anAddressThatJavaDoesNotBindIsRefusedWithTheRule() {
        final String message = assertThrows(IllegalArgumentException.class,
            () -> SoftDevices.add("127.0.0.255", SoftRoceSettings.DEFAULT)).getMessage();
        assertTrue(message.startsWith("127.0.0.255 ends in 255") && message.contains("broadcast"), message);
    }

    @Test
    void anAddressNamedTwiceIsRefusedWithTheProperty() throws IOException {
        final String printed = listing("-Dsoftroce.addresses=127.0.0.1, 127.0.0.2,127.0.0.1");
        assertTrue(printed.contains("softroce.addresses names 127.0.0.1 twice"), printed);
    }

    @Test
    void aSecondDeviceAtAnAddressIsRefused() {
        final String message = assertThrows(IllegalArgumentException.class,
            () -> SoftDevices.add(SoftDevices.LEFT_ADDRESS, SoftRoceSettings.DEFAULT)).getMessage();
        assertTrue(message.contains(SoftDevices.LEFT), message);
    }

    /** The MTU is not on the wire. The responder detects packets that are neither full nor last. */
    @Test
    void aWriteToAPeerWithAnotherPathMtuFails() {
        try (SoftEndpoint from = new SoftEndpoint(SoftDevices.LEFT);
             SoftEndpoint to = new SoftEndpoint(SoftDevices.RIGHT)) {
            from.connect(to, PathMtu.MTU_1024, 14, 7);
            to.connect(from, PathMtu.MTU_512, 14, 7);
            from.post(SendRequest.allocate(1).signal(true).localMemory(from.memory, 0, 4000)
                .write(to.memory.iova(), to.memory.rkey()));
            from.poll(1);
            assertEquals(WorkCompletionStatus.REMOTE_INVALID_REQUEST, from.completions.status(0));
        }
    }

    @Test
    void aReadFromAPeerWithAnotherPathMtuFails() {
        try (SoftEndpoint from = new SoftEndpoint(SoftDevices.LEFT);
             SoftEndpoint to = new SoftEndpoint(SoftDevices.RIGHT)) {
            from.connect(to, PathMtu.MTU_1024, 14, 7);
            to.connect(from, PathMtu.MTU_512, 14, 7);
            from.post(SendRequest.allocate(1).signal(true).localMemory(from.memory, 0, 4000)
                .read(to.memory.iova(), to.memory.rkey()));
            from.poll(1);
            assertEquals(WorkCompletionStatus.BAD_RESPONSE, from.completions.status(0));
        }
    }

    @Test
    void devicesAtAPrivatePortReachEachOther() {
        final SoftRoceSettings settings = SoftRoceSettings.DEFAULT.withUdpPort(34_791);
        final String left = SoftDevices.add(PrivateLoopbackAddresses.address(1), settings);
        final String right = SoftDevices.add(PrivateLoopbackAddresses.address(2), settings);
        try (SoftEndpoint from = new SoftEndpoint(left); SoftEndpoint to = new SoftEndpoint(right)) {
            from.connect(to);
            to.connect(from);
            from.post(SendRequest.allocate(1).signal(true).localMemory(from.memory, 0, 8)
                .read(to.memory.iova(), to.memory.rkey()));
            from.poll(1);
            assertEquals(WorkCompletionStatus.SUCCESS, from.completions.status(0));
        }
    }

    /** Lists the available devices, as a program does first. */
    static final class Lister {

        private Lister() {
        }

        public static void main(final String[] arguments) {
            try {
                System.out.println(Verbs.devices());
            } catch (final VerbsException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    /** Returns the output of a process that lists its devices with the given properties. */
    private static String listing(final String... properties) throws IOException {
        final List<String> command = new ArrayList<>(
            List.of(ProcessHandle.current().info().command().orElse("java"), "--enable-native-access=ALL-UNNAMED"));
        command.addAll(List.of(properties));
        command.addAll(List.of("-cp", place(SoftRoceDevices.class) + ":" + place(Lister.class),
            Lister.class.getName()));
        final Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static String place(final Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation().getPath();
    }

    @Test
    void aPrivatePortSaysThatItDoesNotReachHardware() throws IOException {
        final String printed = listing("-Dsoftroce.addresses=127.0.0.1", "-Dsoftroce.port=14791");
        assertTrue(printed.contains("soft0") && printed.contains("UDP port 14791")
            && printed.contains("neither kernel devices nor hardware, which use 4791"), printed);
        final String usual = listing("-Dsoftroce.addresses=127.0.0.1");
        assertTrue(usual.contains("soft0") && !usual.contains("hardware"), usual);
    }

    @ParameterizedTest
    @ValueSource(strings = {"softroce.addresses=::", "softroce.addresses=example", "softroce.addresses=127.0.0.255",
        "softroce.addresses=255.255.255.255", "softroce.port=x",
        "softroce.port=65536", "softroce.receiveBufferBytes=1", "softroce.faults=lose=1"})
    void aPropertyThatCannotBeReadIsNamed(final String property) throws IOException {
        final String printed = listing("-D" + property);
        assertTrue(printed.contains(property.substring(property.lastIndexOf('=') + 1)), printed);
        assertTrue(printed.contains("softroce"), printed);
    }
}
