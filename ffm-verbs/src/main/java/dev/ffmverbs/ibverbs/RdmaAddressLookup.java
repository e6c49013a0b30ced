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

    // Of netdb.h.
    private static final int EAI_NONAME = -2;
    private static final int EAI_AGAIN = -3;
    private static final int EAI_FAIL = -4;
    private static final int EAI_NODATA = -5;
    private static final int EAI_ADDRFAMILY = -9;
    private static final int EAI_MEMORY = -10;
    private static final int EAI_SYSTEM = -11;

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
            lookup.explain((status, errno) -> explain(text, status, errno), () -> text, arena.allocateFrom(host),
                arena.allocateFrom(Integer.toString(port)), hints, found);
            final MemorySegment list = found.get(ValueLayout.ADDRESS, 0);
            try {
                return read(list, text);
            } finally {
                ffm_verbs_h.rdma_freeaddrinfo(list);
            }
        }
    }

    /** The library passes on a number of {@code getaddrinfo(3)}, or returns -1 and sets {@code errno}. */
    private static ProviderException explain(final String text, final int status, final int errno) {
        return switch (status) {
            case EAI_NONAME, EAI_NODATA, EAI_ADDRFAMILY -> failure(text, Errno.ENOENT, "there is no such host");
            case EAI_AGAIN -> failure(text, Errno.EAGAIN, "the name service does not answer now; try again later");
            case EAI_MEMORY -> failure(text, Errno.ENOMEM, "");
            case EAI_FAIL -> failure(text, Errno.EIO, "the name service has failed; look at /etc/resolv.conf");
            default -> (status == EAI_SYSTEM || status == -1) && errno != 0 ? failure(text, errno, "")
                : failure(text, Errno.EINVAL, "the number of getaddrinfo(3) is " + status);
        };
    }

    private static ProviderException failure(final String text, final int errno, final String advice) {
        return new ProviderException(GETADDRINFO.name(), text, errno, advice);
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
