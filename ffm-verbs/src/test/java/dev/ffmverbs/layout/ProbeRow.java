// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.layout;

import java.util.Set;

/**
 * A number in the generated package, and the C expression that must have the same value.
 *
 * @param expression the C expression
 * @param generated  the value in the generated class
 */
record ProbeRow(String expression, long generated) {

    /**
     * Structs that grow between releases of rdma-core. Callers and library agree on the size that is present
     * by a size argument, by {@code comp_mask}, or, for the tables of function pointers, by checks before use.
     * {@code verbs_context} grows at its start, the others grow at their end.
     */
    private static final Set<String> GROWING = Set.of("verbs_context", "ibv_qp_ex", "ibv_cq_ex", "ibv_device_attr_ex",
            "ibv_port_attr", "ibv_gid_entry", "ibv_qp_init_attr_ex", "ibv_cq_init_attr_ex", "ibv_poll_cq_attr");

    /**
     * Returns whether the generated number has this value in C. An {@code int} of Java also holds an
     * {@code unsigned int} with the highest bit set.
     */
    boolean is(long inC) {
        return inC == generated
                || generated == (int) generated && generated < 0 && inC == Integer.toUnsignedLong((int) generated);
    }

    /** Returns whether the number may differ in another rdma-core release. Sizes of growing structs may. */
    boolean mayDifferBetweenReleases() {
        return GROWING.stream().anyMatch(struct -> expression.equals("sizeof(struct " + struct + ")"));
    }
}
