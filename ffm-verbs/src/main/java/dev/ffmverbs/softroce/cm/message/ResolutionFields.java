// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm.message;

import dev.ffmverbs.softroce.wire.IntField;
import dev.ffmverbs.softroce.wire.LongField;

/**
 * The fields of SIDR_REQ and SIDR_REP that this device uses (IBTA volume 1, "SIDR_REQ" and "SIDR_REP Message
 * Contents"). The service id of a SIDR_REQ is at the place of {@link RequestFields#SERVICE_ID}.
 */
public final class ResolutionFields {

    /** Both: the number by which the sender of the SIDR_REQ recognizes the answer. */
    public static final IntField REQUEST_ID = IdFields.LOCAL_ID;

    /** SIDR_REQ: partition key. */
    public static final IntField PARTITION_KEY = IntField.bytes(4, 2);

    /** SIDR_REP: one of {@code ResolutionStatus} of the provider interface. */
    public static final IntField STATUS = IntField.bytes(4, 1);

    /** SIDR_REP: number of the queue pair. */
    public static final IntField QUEUE_PAIR = IntField.bytes(8, 3);

    /** SIDR_REP: the service id of the SIDR_REQ. */
    public static final LongField ANSWERED_SERVICE_ID = new LongField(12);

    /** SIDR_REP: queue key of the queue pair. */
    public static final IntField QUEUE_KEY = IntField.bytes(20, 4);

    private ResolutionFields() {
    }
}
