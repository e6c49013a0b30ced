// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import dev.ffmverbs.spi.ConnectionManagerOperations;
import dev.ffmverbs.spi.ProviderException;

/** What port numbers stand for ({@code enum rdma_port_space}). */
enum PortSpace {

    /** Listeners for reliable connections, {@code RDMA_PS_TCP}. */
    CONNECTIONS {
        @Override
        ConnectionIdentifierOperations create(final ConnectionManagerOperations operations)
            throws ProviderException {
            return operations.createIdentifier();
        }
    },

    /** Queue pairs for datagrams, {@code RDMA_PS_UDP}. */
    DATAGRAMS {
        @Override
        ConnectionIdentifierOperations create(final ConnectionManagerOperations operations)
            throws ProviderException {
            return operations.createDatagramIdentifier();
        }
    };

    /** Creates an identifier of this port space. */
    abstract ConnectionIdentifierOperations create(ConnectionManagerOperations operations) throws ProviderException;
}
