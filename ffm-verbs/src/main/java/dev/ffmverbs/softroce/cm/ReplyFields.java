// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

/** Fields of a REP that reliable connections over RoCE use (IBTA volume 1, "REP Message Contents"). */
final class ReplyFields {

    static final MessageField QUEUE_PAIR = MessageField.bytes(12, 3);
    static final MessageField STARTING_PSN = MessageField.bytes(20, 3);
    static final MessageField RESPONDER_RESOURCES = MessageField.bytes(24, 1);
    static final MessageField INITIATOR_DEPTH = MessageField.bytes(25, 1);
    static final MessageField TARGET_ACKNOWLEDGE_DELAY = MessageField.bits(26, 0, 5);
    static final MessageField FAILOVER_ACCEPTED = MessageField.bits(26, 5, 2);
    static final MessageField FLOW_CONTROL = MessageField.bits(26, 7, 1);
    static final MessageField RNR_RETRY_COUNT = MessageField.bits(27, 0, 3);
    static final MessageField SHARED_RECEIVE_QUEUE = MessageField.bits(27, 3, 1);
    static final MessageField CHANNEL_ADAPTER_GUID = MessageField.bytes(28, 8);

    private ReplyFields() {
    }
}
