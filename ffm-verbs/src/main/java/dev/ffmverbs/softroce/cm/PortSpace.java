// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

/** What port numbers stand for ({@code enum rdma_port_space}). Each has its port numbers. */
enum PortSpace {
    /** Listeners for reliable connections, {@code RDMA_PS_TCP}. */
    CONNECTIONS,
    /** Queue pairs for datagrams, {@code RDMA_PS_UDP}. */
    DATAGRAMS
}
