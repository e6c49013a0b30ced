// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm.message;

import dev.ffmverbs.softroce.wire.IntField;
import dev.ffmverbs.softroce.wire.LongField;

/** The fields of a REP that this device uses (IBTA volume 1, "REP Message Contents"). */
public final class ReplyFields {

    /** Number of the sender's queue pair. */
    public static final IntField QUEUE_PAIR = IntField.bytes(12, 3);

    /** First packet sequence number that the sender expects from the receiver. */
    public static final IntField STARTING_PSN = IntField.bytes(20, 3);

    /** READ and atomic requests that the sender answers at a time. */
    public static final IntField RESPONDER_RESOURCES = IntField.bytes(24, 1);

    /** READ and atomic requests that the sender has outstanding at a time. */
    public static final IntField INITIATOR_DEPTH = IntField.bytes(25, 1);

    /** Time the sender may need to acknowledge a packet, a {@link TimeCode}. */
    public static final IntField TARGET_ACKNOWLEDGE_DELAY = IntField.bits(26, 0, 5);

    /** Retries of the receiver's queue pair while the sender has no receive posted; 7 means no limit. */
    public static final IntField RNR_RETRY_COUNT = IntField.bits(27, 0, 3);

    /** Globally unique identifier of the sender's device. */
    public static final LongField CHANNEL_ADAPTER_GUID = new LongField(28);

    private ReplyFields() {
    }
}
