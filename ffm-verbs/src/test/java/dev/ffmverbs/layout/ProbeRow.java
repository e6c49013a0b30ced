// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.layout;

import java.util.Set;

/**
 * One number the generated package holds, and the C expression that must give the same.
 *
 * @param expression the C expression
 * @param generated  what the generated class answers
 */
record ProbeRow(String expression, long generated) {

    /**
     * Structs that rdma-core enlarges from release to release. Callers and library agree on how much of them is there,
     * by a size passed along, by {@code comp_mask}, or, for the tables of function pointers, by checks before use.
     * {@code verbs_context} grows at its start, the others at their end.
     */
    private static final Set<String> GROWING = Set.of("verbs_context", "ibv_qp_ex", "ibv_cq_ex", "ibv_device_attr_ex",
            "ibv_port_attr", "ibv_gid_entry", "ibv_qp_init_attr_ex", "ibv_cq_init_attr_ex", "ibv_poll_cq_attr");

    /** Whether headers of another rdma-core release may rightly give another number: the size of what grows. */
    boolean mayDifferBetweenReleases() {
        return GROWING.stream().anyMatch(struct -> expression.equals("sizeof(struct " + struct + ")"));
    }
}
