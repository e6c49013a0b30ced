// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.constants.CompletionFlags;
import dev.ffmverbs.spi.constants.CompletionStatuses;
import dev.ffmverbs.spi.layout.WorkCompletionLayout;
import java.nio.ByteBuffer;
import java.util.function.IntFunction;

/** Describes one completion as text: the fields of {@code struct ibv_wc} that are valid for its status and opcode. */
final class CompletionText {

    private CompletionText() {
    }

    /**
     * Describes a completion.
     *
     * @param completions memory that holds completions.
     * @param base        offset of this completion.
     */
    static String of(final ByteBuffer completions, final int base) {
        final int status = completions.getInt(base + WorkCompletionLayout.STATUS);
        final StringBuilder text = new StringBuilder("workRequestId=")
            .append(completions.getLong(base + WorkCompletionLayout.WORK_REQUEST_ID))
            .append(", status=").append(name(WorkCompletionStatus::of, status))
            .append(", queuePairNumber=").append(completions.getInt(base + WorkCompletionLayout.QUEUE_PAIR_NUMBER));
        if (status != CompletionStatuses.SUCCESS) {
            return text.append(", vendorError=")
                .append(completions.getInt(base + WorkCompletionLayout.VENDOR_ERROR)).toString();
        }
        text.append(", opcode=")
            .append(name(WorkCompletionOpcode::of, completions.getInt(base + WorkCompletionLayout.OPCODE)))
            .append(", byteLength=")
            .append(Integer.toUnsignedLong(completions.getInt(base + WorkCompletionLayout.BYTE_LENGTH)));
        final int flags = completions.getInt(base + WorkCompletionLayout.FLAGS);
        final int data = completions.getInt(base + WorkCompletionLayout.IMMEDIATE_DATA);
        if ((flags & CompletionFlags.WITH_IMMEDIATE) != 0) {
            text.append(", immediateData=").append(NetworkOrder.toHost(data));
        }
        if ((flags & CompletionFlags.WITH_INVALIDATE) != 0) {
            text.append(", invalidatedRkey=0x").append(Integer.toHexString(data));
        }
        if ((flags & CompletionFlags.GLOBAL_ROUTING_HEADER) != 0) {
            text.append(", sourceQueuePairNumber=")
                .append(completions.getInt(base + WorkCompletionLayout.SOURCE_QUEUE_PAIR))
                .append(", globalRoutingHeader");
        }
        return text.toString();
    }

    private static String name(final IntFunction<Enum<?>> names, final int value) {
        try {
            return names.apply(value).name();
        } catch (final IllegalArgumentException e) {
            return Integer.toString(value);
        }
    }
}
