// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class RdmaCoreVersionTest {

    @Test
    void readsTheReleaseFromTheNameOfTheLibrarysFile() {
        assertEquals(OptionalInt.of(44), RdmaCoreVersion.release("""
            7f12 r--p 00000000 fe:00 1 /usr/lib/x86_64-linux-gnu/libc.so.6
            7f13 r-xp 00000000 fe:00 2 /usr/lib/x86_64-linux-gnu/libibverbs.so.1.14.44.0
            """));
        assertEquals(OptionalInt.of(61), RdmaCoreVersion.release("/lib64/libibverbs.so.1.15.61.1"));
    }

    @Test
    void doesNotGuessWhenTheFileIsNamedOtherwise() {
        assertEquals(OptionalInt.empty(), RdmaCoreVersion.release("/opt/lib/libibverbs.so.1"));
        assertEquals(OptionalInt.empty(), RdmaCoreVersion.release(""));
    }
}
