// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class AllocationVerdictTest {

    private static final AllocationVerdict CONTROL = new AllocationVerdict("control", 16, true);
    private static final AllocationVerdict CLEAN = new AllocationVerdict("poll", 0.02, false);

    @Test
    void passesWhatAllocatesNothingButTheHarnessNoise() {
        assertTrue(AllocationVerdict.haveAllPassed(List.of(CONTROL, CLEAN)));
    }

    @Test
    void failsWhenEveryOperationAllocates() {
        assertFalse(AllocationVerdict.haveAllPassed(List.of(CONTROL, CLEAN, new AllocationVerdict("post", 16, false))));
    }

    @Test
    void failsWhenEveryEighthOperationAllocates() {
        assertFalse(AllocationVerdict.haveAllPassed(List.of(CONTROL, new AllocationVerdict("post", 2, false))));
    }

    @Test
    void failsWhenTheProfilerDoesNotSeeTheControlAllocate() {
        assertFalse(AllocationVerdict.haveAllPassed(List.of(new AllocationVerdict("control", 0, true), CLEAN)));
        assertFalse(AllocationVerdict.haveAllPassed(List.of(CLEAN)), "no control at all");
    }

    @Test
    void failsWhenTheProfilerSawNothing() {
        assertFalse(
            AllocationVerdict.haveAllPassed(List.of(CONTROL, new AllocationVerdict("post", Double.NaN, false))));
        assertFalse(AllocationVerdict.haveAllPassed(List.of(CONTROL)), "nothing but the control");
    }

    @Test
    void saysWhatAllocatedHowMuch() {
        assertEquals("FAILED    24.0000 B/op  post", new AllocationVerdict("post", 24, false).toString());
        assertEquals("ok        16.0000 B/op  control  (control: must allocate)", CONTROL.toString());
    }
}
