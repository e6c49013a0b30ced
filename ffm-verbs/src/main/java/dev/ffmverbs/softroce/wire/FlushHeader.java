// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

/**
 * The extended transport headers of a FLUSH: the FETH, and the RETH behind it (IBTA volume 1, annex A19; {@code
 * rxe_hdr.h} of Linux 6.2 and newer).
 */
public final class FlushHeader {

    /** Length of both headers in bytes. */
    public static final int BYTES = Integer.BYTES + RdmaHeader.BYTES;

    private static final int START = BaseTransportHeader.BYTES;
    private static final IntField SELECTION = IntField.bits(3, 2, 2);
    private static final IntField PLACEMENT = IntField.bits(3, 4, 4);

    private final RocePacket packet;
    private final RdmaHeader range;

    /** Creates a view of the headers of a packet. */
    FlushHeader(final RocePacket packet) {
        this.packet = packet;
        this.range = new RdmaHeader(packet, START + Integer.BYTES);
    }

    /**
     * Writes the FETH.
     *
     * @param placement flags of {@link dev.ffmverbs.spi.constants.FlushPlacements}.
     * @param selection one of {@link dev.ffmverbs.spi.constants.FlushSelections}.
     */
    public void set(final int placement, final int selection) {
        packet.putInt(START + PLACEMENT.rowOffset(), PLACEMENT.inRow(placement) | SELECTION.inRow(selection));
    }

    /**
     * Returns what the FLUSH waits for.
     *
     * @return four bits, of which {@link dev.ffmverbs.spi.constants.FlushPlacements} names two.
     */
    public int placement() {
        return PLACEMENT.of(packet.getInt(START + PLACEMENT.rowOffset()));
    }

    /**
     * Returns which memory it concerns.
     *
     * @return two bits, see {@link dev.ffmverbs.spi.constants.FlushSelections}.
     */
    public int selection() {
        return SELECTION.of(packet.getInt(START + SELECTION.rowOffset()));
    }

    /**
     * Returns the RETH, with the key and the range.
     *
     * @return the header behind the FETH.
     */
    public RdmaHeader range() {
        return range;
    }

    @Override
    public String toString() {
        return "placement=" + placement() + ", selection=" + selection() + ", " + range;
    }
}
