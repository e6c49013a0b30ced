// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the bytes of a queue pair's address, and which two addresses fit. */
class QueuePairAddressTest {

    private static final Gid IPV4 = Gid.ofIpv4(0x0A00_0001);
    private static final Gid IPV6 = new Gid(0x2001_0DB8_0000_0000L, 1);
    private static final String BYTES = "51504101" + "02020300" + "00000000000000000000ffff0a000001"
        + "00abcdef" + "00123456" + "89abcdef" + "fedc" + "10" + "ff";

    private static QueuePairAddress address(
        final QueuePairType type, final Gid gid, final GidType gidType, final PathMtu mtu, final int incomingReads,
        final int outgoingReads) {
        return new QueuePairAddress(type, 0xABCDEF, 0x123456, 0x89AB_CDEF, gid, gidType, 0xFEDC, mtu, incomingReads,
            outgoingReads);
    }

    private static QueuePairAddress address(final int incomingReads, final int outgoingReads) {
        return address(QueuePairType.RELIABLE_CONNECTION, IPV4, GidType.ROCE_V2, PathMtu.MTU_1024, incomingReads,
            outgoingReads);
    }

    private static QueuePairAddress address(final Gid gid, final GidType type) {
        return address(QueuePairType.RELIABLE_CONNECTION, gid, type, PathMtu.MTU_1024, 16, 0);
    }

    @Test
    void theBytesAreTheSameOnEveryMachine() {
        final QueuePairAddress address = address(16, 255);

        assertEquals(BYTES, HexFormat.of().formatHex(address.toBytes()));
        assertEquals(QueuePairAddress.BYTES, address.toBytes().length);
        assertEquals(address, QueuePairAddress.ofBytes(address.toBytes()));
    }

    /** Changes one byte, or the length. */
    @ParameterizedTest
    @CsvSource({
        "0,  52, begins with 0x51504101",
        "3,  02, begins with 0x51504101",
        "4,  09, no queue pair has type IBV_QPT_XRC_SEND",
        "5,  07, ibv_gid_type has no value 7",
        "6,  00, ibv_mtu has no value 0",
        "24, 01, number is 28036591",
        "28, ff, packetSequenceNumber is"})
    void bytesThatAreNoAddressAreRefusedWithWhatIsWrong(final int index, final String value, final String reason) {
        final byte[] bytes = HexFormat.of().parseHex(BYTES);
        bytes[index] = (byte) HexFormat.fromHexDigits(value);

        final IllegalArgumentException refused =
            assertThrows(IllegalArgumentException.class, () -> QueuePairAddress.ofBytes(bytes));

        assertTrue(refused.getMessage().contains(reason), refused::getMessage);
    }

    @Test
    void anotherNumberOfBytesIsRefused() {
        final IllegalArgumentException refused =
            assertThrows(IllegalArgumentException.class, () -> QueuePairAddress.ofBytes(new byte[39]));

        assertTrue(refused.getMessage().contains("has 40 bytes, and these are 39"), refused::getMessage);
    }

    @Test
    void twoEndsThatDifferAreRefusedWithBothValues() {
        assertNull(QueuePairAgreement.flaw(address(16, 4), address(4, 16)));
        assertFlaw(address(16, 5), address(4, 0), "must have 5", "answers 4");
        assertFlaw(address(3, 0), address(16, 4), "must have 4", "answers 3");
        assertFlaw(address(IPV4, GidType.ROCE_V2), address(IPV4, GidType.ROCE_V1), "ROCE_V2", "ROCE_V1");
        assertFlaw(address(IPV4, GidType.ROCE_V2), address(IPV6, GidType.ROCE_V2), "IPv4 address 10.0.0.1",
            "IPv6 address 2001:db8:0:0:0:0:0:1");
        assertFlaw(address(IPV6, GidType.INFINIBAND), address(new Gid(0xFE80_0000_0000_0000L, 1), GidType.INFINIBAND),
            "0x20010db800000000", "0xfe80000000000000");
        assertFlaw(address(16, 0), address(QueuePairType.UNRELIABLE_CONNECTION, IPV4, GidType.ROCE_V2,
            PathMtu.MTU_1024, 0, 0), "RELIABLE_CONNECTION", "UNRELIABLE_CONNECTION");
    }

    private static void assertFlaw(
        final QueuePairAddress own, final QueuePairAddress peer, final String first, final String second) {
        final String flaw = QueuePairAgreement.flaw(own, peer);
        assertTrue(flaw != null && flaw.contains(first) && flaw.contains(second), flaw);
    }

    @Test
    void theSmallerMtuOfBothIsAgreed() {
        final QueuePairAddress small = address(
            QueuePairType.RELIABLE_CONNECTION, IPV4, GidType.ROCE_V2, PathMtu.MTU_512, 16, 0);

        assertEquals(PathMtu.MTU_512, QueuePairAgreement.pathMtu(small, address(16, 0)));
        assertEquals(PathMtu.MTU_512, QueuePairAgreement.pathMtu(address(16, 0), small));
    }

    @Test
    void readsThatWereNotAskedForAreThoseThatThePeerAnswersAndTheDeviceCanHave() {
        assertEquals(4, QueuePairAgreement.outgoingReads(address(4, 0), 128));
        assertEquals(2, QueuePairAgreement.outgoingReads(address(4, 0), 2));
    }
}
