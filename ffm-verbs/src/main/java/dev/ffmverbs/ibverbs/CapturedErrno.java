// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Where downcalls leave {@code errno}: each thread has one place, which its calls use in turn. */
final class CapturedErrno {

    /** For functions whose handle takes a place in front of their arguments. */
    static final Linker.Option OPTION = Linker.Option.captureCallState("errno");

    private static final ThreadLocal<MemorySegment> PLACE =
        ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(Linker.Option.captureStateLayout()));

    private CapturedErrno() {
    }

    /** The calling thread's place, which holds 0. */
    static MemorySegment clearedPlace() {
        final MemorySegment place = PLACE.get();
        place.set(ValueLayout.JAVA_INT, 0, 0);
        return place;
    }

    /** What the last call left; it means something only if that call failed. */
    static int read(final MemorySegment place) {
        return place.get(ValueLayout.JAVA_INT, 0);
    }
}
