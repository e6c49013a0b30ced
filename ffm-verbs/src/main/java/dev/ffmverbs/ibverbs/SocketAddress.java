// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.jextract.sockaddr_in;
import dev.ffmverbs.jextract.sockaddr_in6;
import dev.ffmverbs.jextract.sockaddr_storage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** Converts Internet addresses to and from {@code struct sockaddr_in} and {@code sockaddr_in6}. */
final class SocketAddress {

    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;

    private SocketAddress() {
    }

    static MemorySegment write(final InetSocketAddress address, final Arena arena) {
        final MemorySegment storage = sockaddr_storage.allocate(arena);
        final MemorySegment octets = MemorySegment.ofArray(address.getAddress().getAddress());
        final short port = Short.reverseBytes((short) address.getPort());
        if (address.getAddress() instanceof Inet6Address inet6) {
            sockaddr_in6.sin6_family(storage, (short) ffm_verbs_h.AF_INET6());
            sockaddr_in6.sin6_port(storage, port);
            sockaddr_in6.sin6_scope_id(storage, inet6.getScopeId());
            sockaddr_in6.sin6_addr(storage).copyFrom(octets);
        } else {
            sockaddr_in.sin_family(storage, (short) ffm_verbs_h.AF_INET());
            sockaddr_in.sin_port(storage, port);
            sockaddr_in.sin_addr(storage).copyFrom(octets);
        }
        return storage;
    }

    /** Reads an address; null for another family, as before an identifier is bound. */
    static InetSocketAddress read(final MemorySegment storage) {
        final int family = sockaddr_in.sin_family(storage);
        if (family == ffm_verbs_h.AF_INET()) {
            return of(sockaddr_in.sin_addr(storage), IPV4_BYTES, sockaddr_in.sin_port(storage), 0);
        }
        if (family == ffm_verbs_h.AF_INET6()) {
            return of(sockaddr_in6.sin6_addr(storage), IPV6_BYTES, sockaddr_in6.sin6_port(storage),
                sockaddr_in6.sin6_scope_id(storage));
        }
        return null;
    }

    private static InetSocketAddress of(
        final MemorySegment octets, final int length, final short port, final int scope) {
        final byte[] address = new byte[length];
        MemorySegment.ofArray(address).copyFrom(octets.asSlice(0, length));
        try {
            final InetAddress plain = InetAddress.getByAddress(address);
            return new InetSocketAddress(scope != 0 && plain instanceof Inet6Address
                ? Inet6Address.getByAddress(null, address, scope) : plain,
                Short.toUnsignedInt(Short.reverseBytes(port)));
        } catch (final UnknownHostException e) {
            throw new AssertionError(length + " bytes are an address", e);
        }
    }
}
