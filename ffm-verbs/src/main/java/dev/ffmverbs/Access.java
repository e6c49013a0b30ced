// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.constants.AccessFlags;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * What may be done to registered memory or through a queue pair ({@code enum ibv_access_flags}).
 *
 * <p>Reading by the local device is always allowed.
 */
public enum Access {

    /**
     * The local device may write. Needed to receive, to READ into, and for {@code REMOTE_WRITE} and {@code
     * REMOTE_ATOMIC}.
     */
    LOCAL_WRITE(AccessFlags.LOCAL_WRITE),

    /** Peers may RDMA WRITE; needs {@link #LOCAL_WRITE}. */
    REMOTE_WRITE(AccessFlags.REMOTE_WRITE),

    /**
     * Peers may RDMA READ. Linux siw does not look at it: a peer reads every region whose key it knows ({@code
     * siw_qp_sq_proc_tx} of {@code siw_qp_tx.c}).
     */
    REMOTE_READ(AccessFlags.REMOTE_READ),

    /** Peers may use atomic operations; needs {@link #LOCAL_WRITE}. */
    REMOTE_ATOMIC(AccessFlags.REMOTE_ATOMIC),

    /** Memory windows may be bound to the region. */
    MEMORY_WINDOW_BIND(AccessFlags.MEMORY_WINDOW_BIND),

    /**
     * The memory is not locked. The device maps its pages when it needs them. Needs a device with on-demand paging.
     * Software devices, which lock nothing, ignore it.
     */
    ON_DEMAND(AccessFlags.ON_DEMAND),

    /** The memory consists of huge pages, which on-demand paging can then map as such. */
    HUGE_PAGES(AccessFlags.HUGE_PAGES),

    /**
     * Peers may FLUSH what they wrote, so that the whole node sees it (see {@link SendBatch#flush}). Needs a device
     * with FLUSH.
     */
    FLUSH_GLOBAL(AccessFlags.FLUSH_GLOBAL),

    /**
     * Peers may FLUSH what they wrote to persistent memory. Needs a device with FLUSH, and memory that is persistent.
     */
    FLUSH_PERSISTENT(AccessFlags.FLUSH_PERSISTENT),

    /** The device may reorder its accesses; ignored by devices that cannot. */
    RELAXED_ORDERING(AccessFlags.RELAXED_ORDERING);

    private final int value;

    Access(final int value) {
        this.value = value;
    }

    /**
     * Returns the C constant.
     *
     * @return its value in {@code <infiniband/verbs.h>}.
     */
    public int value() {
        return value;
    }

    /**
     * Returns the flags in a number.
     *
     * @param bits their values, or-ed; others are left out.
     * @return the flags.
     */
    static Set<Access> of(final int bits) {
        final Set<Access> flags = EnumSet.noneOf(Access.class);
        for (final Access flag : values()) {
            if ((bits & flag.value) != 0) {
                flags.add(flag);
            }
        }
        return Collections.unmodifiableSet(flags);
    }

    /** Describes the flags in a number. Those without a constant keep their number. */
    static String describe(final int bits) {
        return EnumText.ofFlags(of(bits), bits & ~bits(values()));
    }

    /**
     * Combines flags into the one number that C passes.
     *
     * @param flags any flags.
     * @return their values, or-ed.
     */
    static int bits(final Access... flags) {
        int bits = 0;
        for (final Access flag : flags) {
            bits |= flag.value;
        }
        return bits;
    }
}
