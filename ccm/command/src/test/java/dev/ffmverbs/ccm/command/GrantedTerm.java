// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The term that a test has granted to one of two nodes, in a file that it shares with their processes. */
final class GrantedTerm {

    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

    private final MemorySegment memory;

    GrantedTerm(final Path path) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
            memory = file.map(FileChannel.MapMode.READ_WRITE, 0, Long.BYTES, Arena.ofAuto());
        }
    }

    /** Ends the present term and grants the next one to a node, which is 0 or 1. */
    void grantNext(final int node) {
        final long present = (long) LONG.getVolatile(memory, 0L);
        LONG.setVolatile(memory, 0L, (present / 2 + 1) * 2 + node);
    }

    /** Returns the term that a node holds; 0 if it holds none. */
    long heldBy(final int node) {
        final long present = (long) LONG.getVolatile(memory, 0L);
        return present % 2 == node ? present / 2 : 0;
    }
}
