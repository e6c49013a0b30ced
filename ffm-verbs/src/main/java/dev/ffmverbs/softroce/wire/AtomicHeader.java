// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

/** The atomic extended transport header, AtomicETH, of atomic requests (IBTA volume 1, 9.3.4). */
public final class AtomicHeader {

    /** Length in bytes. */
    public static final int BYTES = 28;

    private static final int START = BaseTransportHeader.BYTES;
    private static final LongField VIRTUAL_ADDRESS = new LongField(0);
    private static final IntField REMOTE_KEY = IntField.bytes(8, 4);
    private static final LongField SWAP_OR_ADD = new LongField(12);
    private static final LongField COMPARE = new LongField(20);

    private final RocePacket packet;

    /** Creates a view of the header of a packet. */
    AtomicHeader(final RocePacket packet) {
        this.packet = packet;
    }

    /**
     * Writes the header.
     *
     * @param remoteAddress virtual address at the responder, a multiple of 8.
     * @param rkey          remote key.
     * @param swapOrAdd     value to swap in, or to add.
     * @param compare       value to compare with. 0 for fetch and add.
     */
    public void set(final long remoteAddress, final int rkey, final long swapOrAdd, final long compare) {
        packet.putLong(START + VIRTUAL_ADDRESS.byteOffset(), remoteAddress);
        packet.putInt(START + REMOTE_KEY.rowOffset(), REMOTE_KEY.inRow(rkey));
        packet.putLong(START + SWAP_OR_ADD.byteOffset(), swapOrAdd);
        packet.putLong(START + COMPARE.byteOffset(), compare);
    }

    /**
     * Returns the virtual address at the responder.
     *
     * @return the remote address.
     */
    public long remoteAddress() {
        return packet.getLong(START + VIRTUAL_ADDRESS.byteOffset());
    }

    /**
     * Returns the remote key.
     *
     * @return 32 bits.
     */
    public int rkey() {
        return REMOTE_KEY.of(packet.getInt(START + REMOTE_KEY.rowOffset()));
    }

    /**
     * Returns the first operand.
     *
     * @return the value to swap in, or to add.
     */
    public long swapOrAdd() {
        return packet.getLong(START + SWAP_OR_ADD.byteOffset());
    }

    /**
     * Returns the second operand.
     *
     * @return the value to compare with. Fetch and add ignores it.
     */
    public long compare() {
        return packet.getLong(START + COMPARE.byteOffset());
    }

    @Override
    public String toString() {
        return "remoteAddress=0x" + Long.toHexString(remoteAddress()) + ", rkey=0x" + Integer.toHexString(rkey())
            + ", swapOrAdd=" + swapOrAdd() + ", compare=" + compare();
    }
}
