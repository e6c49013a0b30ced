// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import java.nio.ByteOrder;

/** Converts numbers that C passes by value in network byte order ({@code __be32}). */
final class NetworkOrder {

    private static final boolean LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    private NetworkOrder() {
    }

    static int toHost(final int network) {
        return LITTLE_ENDIAN ? Integer.reverseBytes(network) : network;
    }

    static int fromHost(final int host) {
        return toHost(host);
    }
}
