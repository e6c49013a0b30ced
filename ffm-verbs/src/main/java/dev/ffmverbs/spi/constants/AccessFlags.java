// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/** What may be done to registered memory or through a queue pair ({@code enum ibv_access_flags}). */
public final class AccessFlags {

    /** {@code IBV_ACCESS_LOCAL_WRITE}: the device itself may write. */
    public static final int LOCAL_WRITE = 1;
    /** {@code IBV_ACCESS_REMOTE_WRITE}: peers may RDMA WRITE. */
    public static final int REMOTE_WRITE = 1 << 1;
    /** {@code IBV_ACCESS_REMOTE_READ}: peers may RDMA READ. */
    public static final int REMOTE_READ = 1 << 2;
    /** {@code IBV_ACCESS_REMOTE_ATOMIC}: peers may use atomic operations. */
    public static final int REMOTE_ATOMIC = 1 << 3;
    /** {@code IBV_ACCESS_MW_BIND}: memory windows may be bound to the region. */
    public static final int MEMORY_WINDOW_BIND = 1 << 4;
    /** {@code IBV_ACCESS_ON_DEMAND}: the memory is not locked, and the device maps its pages when it needs them. */
    public static final int ON_DEMAND = 1 << 6;
    /** {@code IBV_ACCESS_HUGETLB}: the memory consists of huge pages. */
    public static final int HUGE_PAGES = 1 << 7;
    /** {@code IBV_ACCESS_FLUSH_GLOBAL}: peers may FLUSH what they wrote, so that the whole node sees it. */
    public static final int FLUSH_GLOBAL = 1 << 8;
    /** {@code IBV_ACCESS_FLUSH_PERSISTENT}: peers may FLUSH what they wrote to persistent memory. */
    public static final int FLUSH_PERSISTENT = 1 << 9;
    /**
     * {@code IBV_ACCESS_RELAXED_ORDERING}: the device may reorder its accesses. Devices that cannot do so ignore it.
     */
    public static final int RELAXED_ORDERING = 1 << 20;

    private static final String[] NAMES = {
        "IBV_ACCESS_LOCAL_WRITE", "IBV_ACCESS_REMOTE_WRITE", "IBV_ACCESS_REMOTE_READ", "IBV_ACCESS_REMOTE_ATOMIC",
        "IBV_ACCESS_MW_BIND", "IBV_ACCESS_ZERO_BASED", "IBV_ACCESS_ON_DEMAND", "IBV_ACCESS_HUGETLB",
        "IBV_ACCESS_FLUSH_GLOBAL", "IBV_ACCESS_FLUSH_PERSISTENT"};

    private AccessFlags() {
    }

    /**
     * Names flags for messages.
     *
     * @param flags any of these flags, or others.
     * @return their names, joined by {@code |}; flags without a name as numbers, and 0 when no flag is set.
     */
    public static String describe(final int flags) {
        return FlagText.of(flags, NAMES);
    }
}
