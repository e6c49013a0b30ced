// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm.message;

import dev.ffmverbs.softroce.wire.IntField;
import dev.ffmverbs.softroce.wire.LongField;

/** Fields of MRA, REJ and DREQ in addition to the ids (IBTA volume 1, chapter 12). */
public final class AnswerFields {

    /** MRA and REJ: the message that is answered, one of the {@code ANSWERS_...} constants. */
    public static final IntField ANSWERED_MESSAGE = IntField.bits(8, 0, 2);

    /** MRA: how long the answer takes, a {@link TimeCode}. */
    public static final IntField SERVICE_TIMEOUT = IntField.bits(9, 0, 5);

    /** REJ: length of the additional information in bytes. */
    public static final IntField INFORMATION_BYTES = IntField.bits(9, 0, 7);

    /** REJ: the reason, see {@code RejectReason} of the provider interface. */
    public static final IntField REASON = IntField.bytes(10, 2);

    /** REJ: the first eight bytes of additional information. */
    public static final LongField INFORMATION = new LongField(12);

    /** REJ: the first byte of additional information. */
    public static final IntField INFORMATION_BYTE = IntField.bytes(12, 1);

    /** DREQ: number of the receiver's queue pair. */
    public static final IntField REMOTE_QUEUE_PAIR = IntField.bytes(8, 3);

    /** {@link #ANSWERED_MESSAGE}: a REQ. */
    public static final int ANSWERS_REQUEST = 0;

    /** {@link #ANSWERED_MESSAGE}: a REP. */
    public static final int ANSWERS_REPLY = 1;

    /** {@link #ANSWERED_MESSAGE}: another message, or none. */
    public static final int ANSWERS_OTHER = 2;

    private AnswerFields() {
    }
}
