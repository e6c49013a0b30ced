// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.value.LivenessThresholds;
import dev.ffmverbs.ccm.value.MemoryAddresses;
import dev.ffmverbs.ccm.value.Rejection;
import dev.ffmverbs.ccm.value.SharedSecret;
import dev.ffmverbs.ccm.value.Timeouts;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeConfigurationTest {

    private static final InetSocketAddress ADDRESS = NodeAddress.parse("10.9.9.1:7471");
    private static final PartnerAddress B = PartnerAddress.parse("B=10.9.9.2:7471");

    private static NodeConfiguration configure(final PartnerAddress... partners) {
        return new NodeConfiguration("A", List.of(ADDRESS), List.of(partners), MemoryAddresses.defaults(),
            LivenessThresholds.defaults(), Timeouts.defaults(), SharedSecret.NONE, 1);
    }

    private static String refusal(final Runnable configuration) {
        return assertThrows(IllegalArgumentException.class, configuration::run).getMessage();
    }

    @Test
    void messagesStateAddressesAsTheyAreWritten() {
        final String text = "B=10.9.9.2:7471,[fd00:0:0:0:0:0:0:2]:7471";
        assertEquals(text, PartnerAddress.parse(text).toString());
        assertEquals("the address to listen on is [0:0:0:0:0:0:0:0]:7; it must be the numeric address of one machine,"
            + " and a port from 1 to 65535", refusal(() -> NodeAddress.requireUsable("address to listen on",
            new InetSocketAddress("::", 7))));
        assertEquals("source [fd00:0:0:0:0:0:0:1]:7471", new NodeEvent.ConnectionRejected(
            NodeAddress.parse("[fd00::1]:7471"), Rejection.UNKNOWN_NODE, "").subject());
    }

    @Test
    void takesTheInterfaceOfALinkLocalAddress() {
        assertEquals(1, ((Inet6Address) NodeAddress.parse("[fe80::1%1]:7471").getAddress()).getScopeId());
        assertTrue(refusal(() -> NodeAddress.parse("[fe80::1%nosuch0]:7471")).endsWith(
            "the address is not numeric, or names an interface without a link-local address here"));
    }

    @Test
    void takesWhatIsRight() {
        assertEquals(List.of(B), configure(B).partners());
        assertEquals(new InetSocketAddress("fd00::1", 7471), NodeAddress.parse("[fd00::1]:7471"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.9.9.1", "10.9.9:7471", "10.9.9.256:7471", "host:7471", "10.9.9.1:", "10.9.9.1:x",
        "10.9.9.1:-1", "10.9.9.1:7471 ", "[fd00::1:7471", "[fd00::g]:7471", "10.9.9.1:999999"})
    void refusesAMalformedAddress(final String text) {
        final String message = refusal(() -> NodeAddress.parse(text));

        assertTrue(message.startsWith("\"" + text + "\" is not an address and port: "), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.9.9.1:0", "10.9.9.1:65536"})
    void refusesAPortThatIsNone(final String text) {
        assertEquals("\"" + text + "\" is not an address and port: the port must be 1 to 65535",
            refusal(() -> NodeAddress.parse(text)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"=10.9.9.2:7471", "-B=10.9.9.2:7471", "B C=10.9.9.2:7471",
        "abcdefghijklmnopqrstuvwxyz0123456789=10.9.9.2:7471", "\u00c4=10.9.9.2:7471"})
    void refusesAMalformedName(final String text) {
        final String message = refusal(() -> PartnerAddress.parse(text));

        assertTrue(message.contains("is not a node name: 1 to 32 letters"), message);
    }

    @Test
    void refusesAPartnerWithoutAnEqualsSign() {
        assertEquals("\"B:10.9.9.2\" is not a partner: write NAME=ADDRESS:PORT, for example B=10.9.9.2:7471",
            refusal(() -> PartnerAddress.parse("B:10.9.9.2")));
    }

    @Test
    void refusesAnAddressThatIsNotOfOneMachine() {
        assertTrue(refusal(() -> PartnerAddress.parse("B=0.0.0.0:7471")).contains("numeric address of one machine"));
        assertTrue(refusal(() -> PartnerAddress.parse("B=224.0.0.1:7471")).contains("numeric address of one machine"));
    }

    @Test
    void refusesANodeThatListsItself() {
        assertEquals("node A lists itself among its partners",
            refusal(() -> configure(PartnerAddress.parse("A=10.9.9.2:7471"))));
        assertEquals("partner B has the address 10.9.9.1:7471 of node A itself",
            refusal(() -> configure(PartnerAddress.parse("B=10.9.9.1:7471"))));
    }

    @Test
    void refusesDuplicates() {
        assertEquals("partner B is listed twice",
            refusal(() -> configure(B, PartnerAddress.parse("B=10.9.9.3:7471"))));
        assertEquals("partner C has the address 10.9.9.2:7471 of another partner, or twice",
            refusal(() -> configure(B, PartnerAddress.parse("C=10.9.9.2:7471"))));
    }

    @Test
    void refusesMoreAddressesThanThereAreInterconnectsAndTheSameOneTwice() {
        assertEquals("partner B has 2 addresses, and node A only 1 interconnects; each address is reached over"
            + " the interconnect of the same index",
            refusal(() -> configure(PartnerAddress.parse("B=10.9.9.2:7471,10.9.8.2:7471"))));
        assertEquals("partner B has 5 addresses; it must have 1 to 4", refusal(() -> PartnerAddress.parse(
            "B=10.9.9.2:1,10.9.9.2:2,10.9.9.2:3,10.9.9.2:4,10.9.9.2:5")));
        assertEquals("node A has the address 10.9.9.1:7471 twice", refusal(() -> new NodeConfiguration("A",
            List.of(ADDRESS, ADDRESS), List.of(B), MemoryAddresses.defaults(), LivenessThresholds.defaults(),
            Timeouts.defaults(), SharedSecret.NONE, 1)));
    }

    @Test
    void refusesTimeLimitsOutsideTheirRange() {
        final Duration second = Duration.ofSeconds(1);
        for (final Duration wrong : List.of(Duration.ZERO, second.negated(), Duration.ofNanos(1), Duration.ofDays(366),
            Duration.ofSeconds(Long.MAX_VALUE), ChronoUnit.FOREVER.getDuration())) {
            final String rest = " is " + wrong + "; it must be from PT0.001S to PT8760H";
            assertEquals("the operation timeout" + rest, refusal(() -> new Timeouts(wrong, second, second)));
            assertEquals("the connect timeout" + rest, refusal(() -> new Timeouts(second, wrong, second)));
            assertEquals("the leave timeout" + rest, refusal(() -> new Timeouts(second, second, wrong)));
        }
        assertEquals("the leave timeout",
            assertThrows(NullPointerException.class, () -> new Timeouts(second, second, null)).getMessage());
    }

    @Test
    void aNodeThatLeavesWaitsUntilAPartnerWouldBeDeadButNotLongerThanAMinute() {
        final LivenessThresholds thresholds = LivenessThresholds.defaults();
        final Duration day = Duration.ofDays(1);
        assertEquals(Duration.ofMillis(11_010), Timeouts.defaults().leave());
        assertEquals(Duration.ofMillis(21_010), Timeouts.defaultsFor(
            thresholds.withDeadAfter(Duration.ofSeconds(20), Duration.ofSeconds(4))).leave());
        assertEquals(Duration.ofMillis(5_010), Timeouts.defaultsFor(
            thresholds.withDeadAfter(Duration.ofSeconds(3), Duration.ofSeconds(4))).leave());
        assertEquals(Duration.ofMinutes(1), Timeouts.defaultsFor(thresholds.withDeadAfter(day, day)).leave());
    }

    @Test
    void refusesANodeWithoutPartners() {
        assertEquals("node A has no partner; name at least one", refusal(NodeConfigurationTest::configure));
    }

    @Test
    void refusesMemoryAddressesThatDevicesCannotMap() {
        assertEquals("status address 0x1001 is not a multiple of the page size of 4096 bytes",
            refusal(() -> new MemoryAddresses(0x1001, 0x2000)));
        assertEquals("mailbox address 0x2040 is not a multiple of the page size of 4096 bytes",
            refusal(() -> new MemoryAddresses(0x1000, 0x2040)));
        assertEquals("status and mailbox have the same address 0x1000; each needs a separate page",
            refusal(() -> new MemoryAddresses(0x1000, 0x1000)));
    }
}
