// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import dev.ffmverbs.spi.ProviderException;

/** An option for the local address and port of a listener or a connection ({@code rdma_set_option(3)}). */
public enum AddressOption {

    /**
     * The local port may be shared with connections of this machine that have this option as well ({@code
     * RDMA_OPTION_ID_REUSEADDR}). Connections to several peers can thus leave from one port. A listener never shares
     * its port: with or without this option, it is refused while anything else has the port.
     */
    REUSE_ADDRESS,

    /**
     * The wildcard address of IPv6 stands for IPv6 addresses only ({@code RDMA_OPTION_ID_AFONLY}). A listener on {@code
     * ::} receives no IPv4 requests then, and another one can listen on {@code 0.0.0.0} with the same port. Without
     * this option, the system's setting {@code net.ipv6.bindv6only} applies.
     */
    ADDRESS_FAMILY_ONLY;

    /** Sets options of an identifier that is not bound yet. */
    static void set(final ConnectionIdentifierOperations identifier, final Iterable<AddressOption> options)
        throws ProviderException {
        for (final AddressOption option : options) {
            switch (option) {
                case REUSE_ADDRESS -> identifier.setAddressReuse();
                case ADDRESS_FAMILY_ONLY -> identifier.setAddressFamilyOnly();
            }
        }
    }
}
