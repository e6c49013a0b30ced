// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

/**
 * A record of a log, by its term and its number.
 *
 * @param term     the term in which it was appended; 0 without ownership.
 * @param sequence its number; 0 for the place before the first record.
 */
record LogPosition(long term, long sequence) {

    static final LogPosition NONE = new LogPosition(0, 0);
}
