// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import dev.ffmverbs.ccm.internal.memory.PayloadReader;
import dev.ffmverbs.ccm.internal.memory.PayloadWriter;
import dev.ffmverbs.ccm.value.Rejection;
import java.lang.foreign.MemorySegment;

/** The beginning of the private data of every connection: a magic number and a version. */
final class GreetingFormat {

    /** Version of the private data. Magic number and version keep their places in all versions. */
    static final int VERSION = 1;

    private static final int MAGIC = 0xCCC0_4EC7;

    private GreetingFormat() {
    }

    /** Writes the beginning of private data, and returns a writer for what follows. */
    static PayloadWriter begin(final byte[] data) {
        return new PayloadWriter(MemorySegment.ofArray(data)).putInt(MAGIC).putInt(VERSION);
    }

    /**
     * Reads the beginning of private data, and returns a reader for what follows.
     *
     * @throws GreetingException if it is not that of a node, is incomplete, or is of another version.
     */
    static PayloadReader open(final byte[] data, final int lengthBytes) {
        final PayloadReader reader = new PayloadReader(MemorySegment.ofArray(data));
        if (data.length < 2 * Integer.BYTES || reader.getInt() != MAGIC) {
            throw new GreetingException(Rejection.NOT_A_NODE, "the " + data.length
                + " bytes of private data are not those of a cluster connection manager");
        }
        final int version = reader.getInt();
        if (version != VERSION || data.length < lengthBytes) {
            throw new GreetingException(Rejection.OTHER_VERSION, "it speaks version "
                + Integer.toUnsignedString(version) + " in " + data.length + " bytes of private data, this node"
                + " version " + VERSION + " in " + lengthBytes);
        }
        return reader;
    }

    /**
     * Reads a name.
     *
     * @throws GreetingException if the bytes are not a name.
     */
    static String getName(final PayloadReader reader) {
        final String name = reader.getName();
        if (name == null) {
            throw new GreetingException(Rejection.NOT_A_NODE, "the name in the private data is malformed");
        }
        return name;
    }
}
