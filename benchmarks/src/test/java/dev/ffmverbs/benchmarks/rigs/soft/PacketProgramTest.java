// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The C program computes the checksums of RoCE, and moves every load without loss. */
@Timeout(120)
class PacketProgramTest {

    private static final long SEED = 0x50F7;
    private static final int IP_AND_UDP_BYTES = 28;
    private static final int ICRC_BYTES = 4;

    private static PacketProgram program;

    @BeforeAll
    static void build() throws IOException {
        try {
            program = new PacketProgram(List.of());
        } catch (final IOException e) {
            assumeTrue(!e.getMessage().contains("install it"), e.getMessage());
            throw e;
        }
    }

    @AfterAll
    static void delete() throws IOException {
        if (program != null) {
            program.close();
        }
    }

    private static String crcOf(final byte[] bytes) {
        final CRC32 crc = new CRC32();
        crc.update(bytes);
        return String.format("%08x", crc.getValue());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 15, 36, 63, 64, 65, 79, 80, 127, 128, 129, 255, 1040, 4112, 4140})
    void bothMeansAgreeWithJava(final int length) throws IOException, InterruptedException {
        final byte[] bytes = new byte[length];
        new SplittableRandom(SEED + length).nextBytes(bytes);

        final List<String> printed = program.checksum("crc", HexFormat.of().formatHex(bytes));

        assertEquals(List.of(crcOf(bytes), crcOf(bytes)), printed.subList(0, 2), () -> "seed " + SEED);
    }

    /**
     * Packets whose checksum Linux rxe has accepted, from the IPv4 header on. The checksum is their last four bytes.
     */
    @ParameterizedTest
    @ValueSource(strings = {
        "4500003c000040004011149d0a0909020a09090112b712b70028264e0c40ffff000000118000010000007fcef123a000000002d800"
            + "0186a165905630",
        "4500004000004000401114990a0909020a09090112b712b7002c26520440ffff000000118000016a73656e642066726f6d206a617661"
            + "20736f66742129e46e04"})
    void aPacketThatRxeAcceptedHasTheChecksumThatItHad(final String packet) throws IOException, InterruptedException {
        final byte[] bytes = HexFormat.of().parseHex(packet);
        final byte[] reversed = Arrays.copyOfRange(bytes, bytes.length - ICRC_BYTES, bytes.length);
        final String expected = String.format("%02x%02x%02x%02x", reversed[3], reversed[2], reversed[1], reversed[0]);

        assertEquals(List.of(expected), program.checksum("icrc", packet));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 15, 63})
    void theIdentificationOfAPacketInATrainIsPartOfItsChecksum(final int identification)
        throws IOException, InterruptedException {
        final byte[] packet = new byte[IP_AND_UDP_BYTES + 40];
        new SplittableRandom(SEED).nextBytes(packet);
        packet[4] = 0;
        packet[5] = (byte) identification;

        assertEquals(List.of(icrcOf(packet)), program.checksum("icrc", HexFormat.of().formatHex(packet)));
    }

    /** Computes the checksum as IBTA A17.3.3 states it, with Java's CRC-32. */
    private static String icrcOf(final byte[] packet) {
        final byte[] covered = new byte[8 + packet.length - ICRC_BYTES];
        Arrays.fill(covered, (byte) 0xFF);
        System.arraycopy(packet, 0, covered, 8, packet.length - ICRC_BYTES);
        final int udpBytes = packet.length - 20;
        covered[8] = 0x45;
        covered[9] = (byte) 0xFF; // traffic class
        covered[10] = (byte) (packet.length >> 8);
        covered[11] = (byte) packet.length;
        covered[14] = 0x40; // do not fragment
        covered[15] = 0;
        covered[16] = (byte) 0xFF; // time to live
        covered[17] = 17;
        covered[18] = (byte) 0xFF; // checksum of the header
        covered[19] = (byte) 0xFF;
        covered[32] = (byte) (udpBytes >> 8);
        covered[33] = (byte) udpBytes;
        covered[34] = (byte) 0xFF; // checksum of UDP
        covered[35] = (byte) 0xFF;
        covered[40] = (byte) 0xFF; // FECN, BECN and reserved bits
        return crcOf(covered);
    }

    private static Load load(final Transfer transfer, final int queuePairs, final int threads, final int mtu) {
        return new Load(transfer, transfer.lengthBytes(), WaitMode.BLOCK, 2, queuePairs, threads, mtu,
            new Load.Duration(10, 100));
    }

    @ParameterizedTest
    @EnumSource
    void movesEveryTransferPacketByPacketAndInTrains(final Transfer transfer) throws IOException {
        for (final Side side : List.of(program.packetByPacket(), program.trains())) {
            for (final int mtu : new int[] {1024, 4096}) {
                final Figures figures = side.run(load(transfer, 1, 1, mtu));

                assertTrue(figures.operations() > 0, figures::toString);
                assertTrue(figures.p50Ns() <= figures.p99Ns(), figures::toString);
            }
        }
    }

    @Test
    void everyQueuePairOfEveryThreadHasItsShare() throws IOException {
        for (final Side side : List.of(program.packetByPacket(), program.trains())) {
            final Figures figures = side.run(load(Transfer.WRITE_CHAIN, 16, 2, 4096));

            assertTrue(figures.shares().low() > 0, figures::toString);
        }
    }

    @Test
    void aRequestAtAnIntervalDoesNotBeginEarly() throws IOException {
        final Figures figures = program.runAtInterval(new Load(Transfer.READ, 64, WaitMode.BLOCK, 1, 1, 1, 4096,
            new Load.Duration(0, 500)), 10_000);

        assertTrue(figures.operations() > 0 && figures.operations() <= 51, figures::toString);
    }
}
