// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import dev.ffmverbs.ccm.internal.memory.Names;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.Rejection;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** What all private data of a connection begins with, and how names and boot ids are written in it. */
final class GreetingFormat {

    /** Version of what connections carry; magic number and version keep their places in all versions. */
    static final int VERSION = 1;

    /** Longest name of a node in bytes. */
    static final int NAME_BYTES = Names.LONGEST_BYTES;

    private static final int MAGIC = 0xCCC0_4EC7;

    private GreetingFormat() {
    }

    /** Begins private data of the given length. */
    static ByteBuffer begin(final int lengthBytes) {
        return ByteBuffer.allocate(lengthBytes).order(ByteOrder.LITTLE_ENDIAN).putInt(MAGIC).putInt(VERSION);
    }

    /**
     * Reads the beginning of private data.
     *
     * @throws GreetingException when it is not ours, not whole, or of another version.
     */
    static ByteBuffer open(final byte[] data, final int lengthBytes) {
        final ByteBuffer buffer = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
        if (data.length < 2 * Integer.BYTES || buffer.getInt() != MAGIC) {
            throw new GreetingException(Rejection.NOT_A_NODE, "the " + data.length
                + " bytes of private data are not those of a cluster connection manager");
        }
        final int version = buffer.getInt();
        if (version != VERSION || data.length < lengthBytes) {
            throw new GreetingException(Rejection.OTHER_VERSION, "it speaks version "
                + Integer.toUnsignedString(version) + " in " + data.length + " bytes of private data, this node"
                + " version " + VERSION + " in " + lengthBytes);
        }
        return buffer;
    }

    static void putName(final ByteBuffer buffer, final String name) {
        final byte[] padded = new byte[NAME_BYTES];
        final byte[] text = name.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(text, 0, padded, 0, text.length);
        buffer.put(padded);
    }

    static String getName(final ByteBuffer buffer) {
        final byte[] padded = new byte[NAME_BYTES];
        buffer.get(padded);
        int length = 0;
        while (length < NAME_BYTES && padded[length] != 0) {
            length++;
        }
        final String name = new String(padded, 0, length, StandardCharsets.US_ASCII);
        if (!Names.isName(name)) {
            throw new GreetingException(Rejection.NOT_A_NODE, "the name in the private data is malformed");
        }
        return name;
    }

    static ByteBuffer getBytes(final ByteBuffer buffer, final int count) {
        final byte[] bytes = new byte[count];
        buffer.get(bytes);
        return ByteBuffer.wrap(bytes);
    }

    static void putBootId(final ByteBuffer buffer, final BootId bootId) {
        buffer.putLong(bootId.high()).putLong(bootId.low());
    }

    static BootId getBootId(final ByteBuffer buffer) {
        return new BootId(buffer.getLong(), buffer.getLong());
    }
}
