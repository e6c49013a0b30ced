// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm.message;

import dev.ffmverbs.softroce.wire.IntField;
import dev.ffmverbs.softroce.wire.LongField;

/** The fields of a REQ that this device uses (IBTA volume 1, "REQ Message Contents"). */
public final class RequestFields {

    /** The service that the sender requests, see {@link ServiceId}. */
    public static final LongField SERVICE_ID = new LongField(8);

    /** Globally unique identifier of the sender's device. */
    public static final LongField CHANNEL_ADAPTER_GUID = new LongField(16);

    /** Number of the sender's queue pair. */
    public static final IntField QUEUE_PAIR = IntField.bytes(32, 3);

    /** READ and atomic requests that the sender answers at a time. */
    public static final IntField RESPONDER_RESOURCES = IntField.bytes(35, 1);

    /** READ and atomic requests that the sender wants to have outstanding at a time. */
    public static final IntField INITIATOR_DEPTH = IntField.bytes(39, 1);

    /** Time within which the sender expects an answer, a {@link TimeCode}. */
    public static final IntField REMOTE_RESPONSE_TIMEOUT = IntField.bits(43, 0, 5);

    /** Transport service of the connection, see {@link #RELIABLE_CONNECTION}. */
    public static final IntField TRANSPORT = IntField.bits(43, 5, 2);

    /** First packet sequence number that the sender expects from the receiver. */
    public static final IntField STARTING_PSN = IntField.bytes(44, 3);

    /** Time within which the sender itself answers, a {@link TimeCode}. */
    public static final IntField LOCAL_RESPONSE_TIMEOUT = IntField.bits(47, 0, 5);

    /** Retransmissions by the receiver's queue pair before an operation fails. */
    public static final IntField RETRY_COUNT = IntField.bits(47, 5, 3);

    /** Partition key. */
    public static final IntField PARTITION_KEY = IntField.bytes(48, 2);

    /** Path MTU, one of {@code enum ibv_mtu}. */
    public static final IntField PATH_MTU = IntField.bits(50, 0, 4);

    /** Retries of the receiver's queue pair while the sender has no receive posted; 7 means no limit. */
    public static final IntField RNR_RETRY_COUNT = IntField.bits(50, 5, 3);

    /** Retransmissions of messages by the sender's communication manager. */
    public static final IntField MAXIMUM_RETRIES = IntField.bits(51, 0, 4);

    /** Local identifier of the sender's HCA port. */
    public static final IntField LOCAL_LID = IntField.bytes(52, 2);

    /** Local identifier of the receiver's HCA port. */
    public static final IntField REMOTE_LID = IntField.bytes(54, 2);

    /** High half of the sender's GID. */
    public static final LongField LOCAL_GID_HIGH = new LongField(56);

    /** Low half of the sender's GID. */
    public static final LongField LOCAL_GID_LOW = new LongField(64);

    /** High half of the receiver's GID. */
    public static final LongField REMOTE_GID_HIGH = new LongField(72);

    /** Low half of the receiver's GID. */
    public static final LongField REMOTE_GID_LOW = new LongField(80);

    /** Flow label of the path. */
    public static final IntField FLOW_LABEL = IntField.bits(88, 0, 20);

    /** Traffic class of the path. */
    public static final IntField TRAFFIC_CLASS = IntField.bytes(92, 1);

    /** Hop limit of the path. */
    public static final IntField HOP_LIMIT = IntField.bytes(93, 1);

    /** Time after which a packet without acknowledgement is sent again, a {@link TimeCode}. */
    public static final IntField ACKNOWLEDGE_TIMEOUT = IntField.bits(95, 0, 5);

    /** {@link #TRANSPORT} of a reliable connection. */
    public static final int RELIABLE_CONNECTION = 0;

    private RequestFields() {
    }
}
