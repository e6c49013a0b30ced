// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/** What to change in the registration of a memory region ({@code enum ibv_rereg_mr_flags}). */
public final class ReregistrationFlags {

    /** {@code IBV_REREG_MR_CHANGE_TRANSLATION}: other memory. */
    public static final int TRANSLATION = 1;
    /** {@code IBV_REREG_MR_CHANGE_PD}: another protection domain. */
    public static final int PROTECTION_DOMAIN = 1 << 1;
    /** {@code IBV_REREG_MR_CHANGE_ACCESS}: other rights. */
    public static final int ACCESS = 1 << 2;

    private ReregistrationFlags() {
    }
}
