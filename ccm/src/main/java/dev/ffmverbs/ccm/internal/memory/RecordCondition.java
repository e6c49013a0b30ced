// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.memory;

/** Says what a reader found in the place of a record. */
public enum RecordCondition {

    /** A complete record of this layout version. */
    VALID,

    /** No record. The magic number is missing, because none was written yet or other memory was read. */
    ABSENT,

    /** A record of another layout version. Only its version may be used. */
    WRONG_LAYOUT_VERSION,

    /** A record that was being written while it was read, or that was damaged. Read it again. */
    TORN
}
