// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.memory;

/** What a reader found where a record should be. */
public enum RecordCondition {

    /** A whole record of this layout version. */
    VALID,

    /** No record: the magic number is missing, because none was written yet or other memory was read. */
    ABSENT,

    /** A record of another layout version; nothing but its version may be used. */
    WRONG_LAYOUT_VERSION,

    /** A record that was being written while it was read, or that was damaged: read it again. */
    TORN
}
