// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.constants.ExtendedCompletionFlags;
import java.util.Set;

/** A field of the completions of an {@link ExtendedCompletionQueue} ({@code enum ibv_create_cq_wc_flags}). */
public enum CompletionField {

    /** How many bytes were received or read. */
    BYTE_LENGTH(ExtendedCompletionFlags.BYTE_LENGTH),

    /** Immediate data, or in its place the key that the peer invalidated. */
    IMMEDIATE_DATA(ExtendedCompletionFlags.IMMEDIATE_DATA),

    /** The local queue pair. */
    QUEUE_PAIR_NUMBER(ExtendedCompletionFlags.QUEUE_PAIR_NUMBER),

    /** The queue pair that sent a datagram. */
    SOURCE_QUEUE_PAIR_NUMBER(ExtendedCompletionFlags.SOURCE_QUEUE_PAIR),

    /** The LID of the port that sent a datagram. */
    SOURCE_LOCAL_IDENTIFIER(ExtendedCompletionFlags.SOURCE_LOCAL_IDENTIFIER),

    /** The service level of a datagram. */
    SERVICE_LEVEL(ExtendedCompletionFlags.SERVICE_LEVEL),

    /** The path bits of the LID that a datagram was sent to. */
    DESTINATION_PATH_BITS(ExtendedCompletionFlags.DESTINATION_PATH_BITS),

    /** The device's clock at the completion. */
    COMPLETION_TIMESTAMP(ExtendedCompletionFlags.COMPLETION_TIMESTAMP),

    /** The customer VLAN of a raw packet, removed by the device. */
    CUSTOMER_VLAN(ExtendedCompletionFlags.CUSTOMER_VLAN),

    /** The tag of the flow that a raw packet belongs to. */
    FLOW_TAG(ExtendedCompletionFlags.FLOW_TAG),

    /** The time of day of the completion. */
    WALLCLOCK_TIMESTAMP(ExtendedCompletionFlags.WALLCLOCK_TIMESTAMP);

    private final int value;

    CompletionField(final int value) {
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

    static int bits(final Set<CompletionField> fields) {
        int bits = 0;
        for (final CompletionField field : fields) {
            bits |= field.value;
        }
        return bits;
    }
}
