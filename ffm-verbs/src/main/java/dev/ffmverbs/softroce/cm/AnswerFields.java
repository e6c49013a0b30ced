// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

/** Fields of MRA, REJ and DREQ besides the ids (IBTA volume 1, chapter 12). */
final class AnswerFields {

    /** MRA and REJ: the message it answers, one of the constants below. */
    static final MessageField ANSWERED_MESSAGE = MessageField.bits(8, 0, 2);

    /** MRA: how long the answer takes, a time code. */
    static final MessageField SERVICE_TIMEOUT = MessageField.bits(9, 0, 5);

    /** REJ: bytes of additional information. */
    static final MessageField INFORMATION_BYTES = MessageField.bits(9, 0, 7);

    /** REJ: why, see {@link RejectReason}. */
    static final MessageField REASON = MessageField.bytes(10, 2);

    /** REJ: the first eight bytes of additional information. */
    static final MessageField INFORMATION = MessageField.bytes(12, 8);

    /** REJ: the first byte of additional information. */
    static final MessageField INFORMATION_BYTE = MessageField.bytes(12, 1);

    /** DREQ: the receiver's queue pair. */
    static final MessageField REMOTE_QUEUE_PAIR = MessageField.bytes(8, 3);

    /** {@link #ANSWERED_MESSAGE}: a REQ. */
    static final int ANSWERS_REQUEST = 0;

    /** {@link #ANSWERED_MESSAGE}: a REP. */
    static final int ANSWERS_REPLY = 1;

    /** {@link #ANSWERED_MESSAGE}: another message, or none. */
    static final int ANSWERS_OTHER = 2;

    private AnswerFields() {
    }
}
