// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

/** Fields of a REQ that reliable connections over RoCE use (IBTA volume 1, "REQ Message Contents"). */
final class RequestFields {

    static final MessageField SERVICE_ID = MessageField.bytes(8, 8);
    static final MessageField CHANNEL_ADAPTER_GUID = MessageField.bytes(16, 8);
    static final MessageField QUEUE_PAIR = MessageField.bytes(32, 3);
    static final MessageField RESPONDER_RESOURCES = MessageField.bytes(35, 1);
    static final MessageField INITIATOR_DEPTH = MessageField.bytes(39, 1);
    static final MessageField REMOTE_RESPONSE_TIMEOUT = MessageField.bits(43, 0, 5);
    static final MessageField TRANSPORT = MessageField.bits(43, 5, 2);
    static final MessageField FLOW_CONTROL = MessageField.bits(43, 7, 1);
    static final MessageField STARTING_PSN = MessageField.bytes(44, 3);
    static final MessageField LOCAL_RESPONSE_TIMEOUT = MessageField.bits(47, 0, 5);
    static final MessageField RETRY_COUNT = MessageField.bits(47, 5, 3);
    static final MessageField PARTITION_KEY = MessageField.bytes(48, 2);
    static final MessageField PATH_MTU = MessageField.bits(50, 0, 4);
    static final MessageField RNR_RETRY_COUNT = MessageField.bits(50, 5, 3);
    static final MessageField MAXIMUM_RETRIES = MessageField.bits(51, 0, 4);
    static final MessageField SHARED_RECEIVE_QUEUE = MessageField.bits(51, 4, 1);
    static final MessageField EXTENDED_TRANSPORT = MessageField.bits(51, 5, 3);
    static final MessageField LOCAL_LID = MessageField.bytes(52, 2);
    static final MessageField REMOTE_LID = MessageField.bytes(54, 2);
    static final MessageField LOCAL_GID_HIGH = MessageField.bytes(56, 8);
    static final MessageField LOCAL_GID_LOW = MessageField.bytes(64, 8);
    static final MessageField REMOTE_GID_HIGH = MessageField.bytes(72, 8);
    static final MessageField REMOTE_GID_LOW = MessageField.bytes(80, 8);
    static final MessageField FLOW_LABEL = MessageField.bits(88, 0, 20);
    static final MessageField PACKET_RATE = MessageField.bits(91, 2, 6);
    static final MessageField TRAFFIC_CLASS = MessageField.bytes(92, 1);
    static final MessageField HOP_LIMIT = MessageField.bytes(93, 1);
    static final MessageField SERVICE_LEVEL = MessageField.bits(94, 0, 4);
    static final MessageField SUBNET_LOCAL = MessageField.bits(94, 4, 1);
    static final MessageField ACKNOWLEDGE_TIMEOUT = MessageField.bits(95, 0, 5);

    /** {@link #TRANSPORT} of a reliable connection. */
    static final int RELIABLE_CONNECTION = 0;

    private RequestFields() {
    }
}
