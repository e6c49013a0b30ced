// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.jextract.rdma_addrinfo;
import dev.ffmverbs.jextract.sockaddr_storage;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Looks up the addresses of a host by {@code rdma_getaddrinfo}. */
@SuppressWarnings("restricted")
final class RdmaAddressLookup {

    private static final ControlFunction GETADDRINFO = new ControlFunction("rdma_getaddrinfo",
        ffm_verbs_h::rdma_getaddrinfo$address, ffm_verbs_h::rdma_getaddrinfo$descriptor);

    private RdmaAddressLookup() {
    }

    /** Returns the addresses. The routes are left out, because the caller resolves them. */
    static List<InetSocketAddress> find(final String host, final int port) throws ProviderException {
        return find(GETADDRINFO, host, port);
    }

    /** Returns the addresses that a function with the signature of {@code rdma_getaddrinfo} finds. */
    static List<InetSocketAddress> find(final ControlFunction lookup, final String host, final int port)
        throws ProviderException {
        final String text = "node=" + host + ", service=" + port;
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment hints = rdma_addrinfo.allocate(arena);
            rdma_addrinfo.ai_flags(hints, ffm_verbs_h.RAI_NOROUTE());
            rdma_addrinfo.ai_port_space(hints, ffm_verbs_h.RDMA_PS_TCP());
            final MemorySegment found = arena.allocate(ValueLayout.ADDRESS);
            try {
                lookup.status(() -> text, arena.allocateFrom(host),
                    arena.allocateFrom(Integer.toString(port)), hints, found);
            } catch (final ProviderException e) {
                if (e.getCause() instanceof LinkageError) {
                    throw e;
                }
                // The library passes on a number of getaddrinfo(3), which is no error number.
                throw new ProviderException(e.verb(), text, Errno.ENOENT, "there is no such host");
            }
            final MemorySegment list = found.get(ValueLayout.ADDRESS, 0);
            try {
                return read(list, text);
            } finally {
                ffm_verbs_h.rdma_freeaddrinfo(list);
            }
        }
    }

    private static List<InetSocketAddress> read(final MemorySegment list, final String text)
        throws ProviderException {
        final List<InetSocketAddress> addresses = new ArrayList<>();
        MemorySegment next = list;
        while (next.address() != 0) {
            final MemorySegment entry = next.reinterpret(rdma_addrinfo.sizeof());
            final MemorySegment address = rdma_addrinfo.ai_dst_addr(entry);
            final InetSocketAddress read = address.address() == 0 ? null
                : SocketAddress.read(address.reinterpret(
                    Math.min(rdma_addrinfo.ai_dst_len(entry), sockaddr_storage.sizeof())));
            if (read != null) {
                addresses.add(read);
            }
            next = rdma_addrinfo.ai_next(entry);
        }
        if (addresses.isEmpty()) {
            throw new ProviderException(GETADDRINFO.name(), text, Errno.ENOENT, "the host has no Internet address");
        }
        return List.copyOf(addresses);
    }
}
