// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.jextract.ibv_wc;
import java.nio.ByteBuffer;
import java.util.function.IntFunction;

/** One completion in words: the fields of {@code struct ibv_wc} that are valid for its status and opcode. */
final class CompletionText {

    private static final int WORK_REQUEST_ID = (int) ibv_wc.wr_id$offset();
    private static final int STATUS = (int) ibv_wc.status$offset();
    private static final int OPCODE = (int) ibv_wc.opcode$offset();
    private static final int VENDOR_ERROR = (int) ibv_wc.vendor_err$offset();
    private static final int BYTE_LENGTH = (int) ibv_wc.byte_len$offset();
    private static final int QUEUE_PAIR_NUMBER = (int) ibv_wc.qp_num$offset();
    private static final int SOURCE_QUEUE_PAIR = (int) ibv_wc.src_qp$offset();
    private static final int FLAGS = (int) ibv_wc.wc_flags$offset();
    private static final int IMMEDIATE_DATA = (int) ibv_wc.imm_data$offset();

    private CompletionText() {
    }

    /**
     * Describes a completion.
     *
     * @param completions memory of completions.
     * @param base        where in it this one begins.
     */
    static String of(final ByteBuffer completions, final int base) {
        final int status = completions.getInt(base + STATUS);
        final StringBuilder text = new StringBuilder("workRequestId=")
            .append(completions.getLong(base + WORK_REQUEST_ID))
            .append(", status=").append(name(WorkCompletionStatus::of, status))
            .append(", queuePairNumber=").append(completions.getInt(base + QUEUE_PAIR_NUMBER));
        if (status != 0) {
            return text.append(", vendorError=").append(completions.getInt(base + VENDOR_ERROR)).toString();
        }
        text.append(", opcode=").append(name(WorkCompletionOpcode::of, completions.getInt(base + OPCODE)))
            .append(", byteLength=").append(Integer.toUnsignedLong(completions.getInt(base + BYTE_LENGTH)));
        final int flags = completions.getInt(base + FLAGS);
        final int data = completions.getInt(base + IMMEDIATE_DATA);
        if ((flags & ffm_verbs_h.IBV_WC_WITH_IMM()) != 0) {
            text.append(", immediateData=").append(NetworkOrder.toHost(data));
        }
        if ((flags & ffm_verbs_h.IBV_WC_WITH_INV()) != 0) {
            text.append(", invalidatedRkey=0x").append(Integer.toHexString(data));
        }
        if ((flags & ffm_verbs_h.IBV_WC_GRH()) != 0) {
            text.append(", sourceQueuePairNumber=").append(completions.getInt(base + SOURCE_QUEUE_PAIR))
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
