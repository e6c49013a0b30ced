// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm.message;

import dev.ffmverbs.softroce.wire.IntField;

/** The communication ids that messages start with. */
public final class IdFields {

    /** Communication id of the sender, in every message. */
    public static final IntField LOCAL_ID = IntField.bytes(0, 4);

    /** Communication id of the receiver, in every message except a REQ. */
    public static final IntField REMOTE_ID = IntField.bytes(4, 4);

    private IdFields() {
    }
}
