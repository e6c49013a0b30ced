// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm.message;

import dev.ffmverbs.softroce.wire.RocePacket;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * Packets that Linux 6.1 sent from rxe at 10.9.8.1 to this communication manager at 10.9.8.2, from BTH to ICRC.
 *
 * <p>{@code rping} was the application on the kernel's side, as client for the first four. The zeros before each ICRC
 * are omitted.
 */
public enum GoldenDatagram {
    REQUEST(25359, "ac07057b",
        "6400ffff00000001800000008001000000000001010702030000000000000006dd181c210010000000000000211c18dd0000",
        "00000000000001061c06a40c35fffec4e7c700000000000000000000110100000001000000a0637a5ba7ffff37f0ffffffff",
        "00000000000000000000ffff0a09080100000000000000000000ffff0a0908020498d0000040009800000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000000000000408599000000000000000000000000",
        "0a0908010000000000000000000000000a090802"),
    READY_TO_USE(25510, "f3c975ea",
        "6400ffff00000001800000018001000000000001010702030000000000000006dd181c210014000000000000211c18dd24ec",
        "25f7"),
    DISCONNECT_REQUEST(25871, "ea433cde",
        "6400ffff00000001800000038001000000000001010702030000000000000006dd181c210015000000000000211c18dd24ec",
        "25f7004711"),
    REJECTION_FOR_TIMEOUT(26890, "356af71c",
        "6400ffff000000018000000a8001000000000001010702030000000000000006dd181c250012000000000000251c18dd0000",
        "000080100004a40c35fffec4e7c7"),
    REJECTION_FOR_SERVICE_ID(30086, "288efb96",
        "6400ffff000000018000000b800100000000000101070203000000002f8f1e084272ae4b001200000000000000000000f2f5",
        "25b800000008"),
    REPLY(31081, "60253102",
        "6400ffff000000018000000d80010000000000010107020300000000f0930b4489ae086d0013000000000000291c18dd3afa",
        "fcb20000000000001600000000000a5c7300010178e0a40c35fffec4e7c7"),
    DISCONNECT_REPLY(31850, "f989f01a",
        "6400ffff00000001800000158001000000000001010702030000000082755c1ec4e395880016000000000000281c18dd362b",
        "9183"),
    RECEIPT(31870, "4a43fb28",
        "6400ffff000000018000001680010000000000010107020300000000753b31ad0c88ef2d00110000000000002b1c18dd70d2",
        "5c0000c0");

    public static final int SOURCE = 0x0A090801;
    public static final int SOURCE_PORT = 55_410;
    public static final int DESTINATION = 0x0A090802;

    private static final int PACKET_BYTES = 280;

    private final int identification;
    private final byte[] packet;

    GoldenDatagram(final int identification, final String checksum, final String... hex) {
        this.identification = identification;
        final ByteBuffer bytes = ByteBuffer.allocate(PACKET_BYTES);
        bytes.put(0, HexFormat.of().parseHex(String.join("", hex)));
        bytes.put(PACKET_BYTES - RocePacket.ICRC_BYTES, HexFormat.of().parseHex(checksum));
        this.packet = bytes.array();
    }

    /** IPv4 identification the packet was sent with. */
    public int identification() {
        return identification;
    }

    public RocePacket packet() {
        final RocePacket roce = new RocePacket();
        roce.buffer().put(0, packet);
        roce.lengthBytes(packet.length);
        return roce;
    }

    public ManagementMessage message() {
        return ManagementMessage.parse(ManagementPacket.unwrap(packet()));
    }
}
