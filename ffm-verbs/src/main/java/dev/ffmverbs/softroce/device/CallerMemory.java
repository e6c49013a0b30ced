// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import java.lang.foreign.MemorySegment;

/** Memory that callers name by a plain address, as they do towards libibverbs: work requests and completions. */
@SuppressWarnings("restricted")
final class CallerMemory {

    /** The whole address space: an offset in it is an address. */
    static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private CallerMemory() {
    }
}
