// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/**
 * What a device can do with memory that is not locked ({@code enum ibv_odp_general_caps}, {@code enum
 * ibv_odp_transport_cap_bits}).
 */
public final class PagingCapabilities {

    /** {@code IBV_ODP_SUPPORT}: memory can be registered without locking it. */
    public static final int SUPPORTED = 1;
    /** {@code IBV_ODP_SUPPORT_IMPLICIT}: so can the whole address space at once. */
    public static final int IMPLICIT = 1 << 1;
    /** {@code IBV_ODP_SUPPORT_SEND}: a transport sends from such memory. */
    public static final int SEND = 1;
    /** {@code IBV_ODP_SUPPORT_RECV}: a transport receives into it. */
    public static final int RECEIVE = 1 << 1;
    /** {@code IBV_ODP_SUPPORT_WRITE}: a transport WRITEs from and to it. */
    public static final int WRITE = 1 << 2;
    /** {@code IBV_ODP_SUPPORT_READ}: a transport READs from and to it. */
    public static final int READ = 1 << 3;
    /** {@code IBV_ODP_SUPPORT_ATOMIC}: a transport executes atomics on it. */
    public static final int ATOMIC = 1 << 4;
    /** {@code IBV_ODP_SUPPORT_SRQ_RECV}: a transport receives into it from a shared receive queue. */
    public static final int SHARED_RECEIVE = 1 << 5;

    private PagingCapabilities() {
    }
}
