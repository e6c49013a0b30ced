// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import java.nio.ByteBuffer;

/**
 * What a node tells a client when it accepts the connection, as private data.
 *
 * @param address     address of the table.
 * @param rkey        key of the table, for READs only.
 * @param buckets     number of buckets.
 * @param readLeaseNs how long a client may READ after it asked whether the node serves.
 */
record Greeting(long address, int rkey, int buckets, long readLeaseNs) {

    private static final int BYTES = 2 * Long.BYTES + 2 * Integer.BYTES;

    byte[] encode() {
        return ByteBuffer.allocate(BYTES).putLong(address).putInt(rkey).putInt(buckets).putLong(readLeaseNs).array();
    }

    static Greeting decode(final byte[] privateData) {
        if (privateData.length < BYTES) {
            throw new IllegalArgumentException(
                "a node of the store says " + BYTES + " bytes when it accepts, not " + privateData.length);
        }
        final ByteBuffer data = ByteBuffer.wrap(privateData);
        final Greeting greeting = new Greeting(data.getLong(), data.getInt(), data.getInt(), data.getLong());
        if (greeting.buckets < 1 || greeting.readLeaseNs < 1) {
            throw new IllegalArgumentException("what accepted is not a node of the store: it says " + greeting);
        }
        return greeting;
    }
}
