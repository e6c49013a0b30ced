// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.layout.PortAttributesLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A port's table of partition keys. In C, the keys are in network byte order. */
@SuppressWarnings("restricted")
final class PartitionKeys {

    private static final ControlFunction QUERY_PKEY = new ControlFunction("ibv_query_pkey",
        ffm_verbs_h::ibv_query_pkey$address, ffm_verbs_h::ibv_query_pkey$descriptor);
    private static final ControlFunction GET_PKEY_INDEX = new ControlFunction("ibv_get_pkey_index",
        ffm_verbs_h::ibv_get_pkey_index$address, ffm_verbs_h::ibv_get_pkey_index$descriptor);

    private PartitionKeys() {
    }

    /**
     * Reads a key.
     *
     * @throws ProviderException {@code EOPNOTSUPP} when the port has no table, {@code EINVAL} when the port or the
     *                           index does not exist.
     */
    static int read(final MemorySegment context, final int port, final int index) throws ProviderException {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment key = arena.allocate(JAVA_SHORT);
            QUERY_PKEY.status(() -> text(port, index), context, (byte) port, index, key);
            return Short.toUnsignedInt(Short.reverseBytes(key.get(JAVA_SHORT, 0)));
        } catch (final ProviderException e) {
            throw explain(context, port, index, e);
        }
    }

    private static String text(final int port, final int index) {
        return "port=" + port + ", index=" + index;
    }

    /** The library reports the file of the key that it did not find, whatever the reason. */
    private static ProviderException explain(
        final MemorySegment context, final int port, final int index, final ProviderException failure) {
        if (failure.errno() != Errno.ENOENT && failure.errno() != Errno.EINVAL) {
            return failure;
        }
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment attributes = arena.allocate(PortAttributesLayout.LAYOUT);
            HeaderDispatch.queryPort(context, port, attributes);
            final int length =
                Short.toUnsignedInt(attributes.get(JAVA_SHORT, PortAttributesLayout.PARTITION_KEY_COUNT));
            return index < length ? new ProviderException("ibv_query_pkey", text(port, index), Errno.EOPNOTSUPP,
                "the kernel has no partition keys for this port")
                : new ProviderException("ibv_query_pkey", text(port, index), length == 0
                    ? Errno.EOPNOTSUPP : Errno.EINVAL, "the table of the port has " + length + " keys");
        } catch (final ProviderException noSuchPort) {
            return new ProviderException("ibv_query_pkey", text(port, index), Errno.EINVAL, "there is no such port");
        }
    }

    /**
     * Returns the index of a key; -1 when the table lacks it.
     *
     * @throws ProviderException {@code EOPNOTSUPP} when the port has no table. The library reports that like a key that
     *                           is not there.
     */
    static int find(final MemorySegment context, final int port, final int partitionKey) throws ProviderException {
        final short key = Short.reverseBytes((short) partitionKey);
        try {
            return Math.toIntExact(GET_PKEY_INDEX.number(
                () -> "port=" + port + ", pkey=" + partitionKey, context, (byte) port, key));
        } catch (final ProviderException noSuchKey) {
            final int ignored = read(context, port, 0);
            return -1;
        }
    }
}
