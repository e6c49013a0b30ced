// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/**
 * The memory of this node to which a partner copies its log. It is the same for the life of the log, whatever node the
 * log is registered with: what a partner has been told to be held here must be found when this log continues.
 *
 * <p>All methods are called under the log's lock.
 */
final class CopyMemory {

    private final LogFile file;
    private final long lengthBytes;
    private final Map<String, MemorySegment> copies = new HashMap<>();

    /**
     * Creates memory that is allocated when a partner needs it, or takes that of a file.
     *
     * @param file has memory for one partner; null for a log without a file.
     */
    CopyMemory(final LogFile file, final long lengthBytes) {
        this.file = file;
        this.lengthBytes = lengthBytes;
    }

    /**
     * Returns the memory for a partner.
     *
     * @throws IllegalStateException if the file's memory is that of another partner.
     */
    MemorySegment of(final String partner) {
        if (file != null && !copies.isEmpty() && !copies.containsKey(partner)) {
            throw new IllegalStateException(file + " holds the copy of " + copies.keySet().iterator().next()
                + "'s log; " + partner + " needs another log with a separate file");
        }
        return copies.computeIfAbsent(partner,
            name -> file != null ? file.copy() : Arena.ofAuto().allocate(lengthBytes, Long.BYTES));
    }
}
