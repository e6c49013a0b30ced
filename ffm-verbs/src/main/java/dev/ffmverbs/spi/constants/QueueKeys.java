// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/** Queue keys that {@code <rdma/rdma_cma.h>} defines. */
public final class QueueKeys {

    /** {@code RDMA_UDP_QKEY}: the key of all queue pairs for datagrams and groups that {@code rdma_cm} tells. */
    public static final int RDMA_UDP = 0x0123_4567;

    private QueueKeys() {
    }
}
