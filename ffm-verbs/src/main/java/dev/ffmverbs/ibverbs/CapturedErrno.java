// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Memory in which downcalls store {@code errno}. Each thread has one place, and each of its calls reuses it. */
final class CapturedErrno {

    /** The option for functions whose handle takes such a place before the arguments. */
    static final Linker.Option OPTION = Linker.Option.captureCallState("errno");

    private static final ThreadLocal<MemorySegment> PLACE =
        ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(Linker.Option.captureStateLayout()));

    private CapturedErrno() {
    }

    /** Sets the calling thread's place to 0 and returns it. */
    static MemorySegment clearedPlace() {
        final MemorySegment place = PLACE.get();
        place.set(ValueLayout.JAVA_INT, 0, 0);
        return place;
    }

    /** Returns the errno of the last call. It is valid only if that call failed. */
    static int read(final MemorySegment place) {
        return place.get(ValueLayout.JAVA_INT, 0);
    }
}
