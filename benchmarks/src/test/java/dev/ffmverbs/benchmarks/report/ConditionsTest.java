// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ffmverbs.benchmarks.result.Report;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ConditionsTest {

    private static List<String> conditions(final Map<String, String> facts) {
        return new Conditions(new Report("bench", false, facts, Map.of(),
            List.of(HtmlReportTest.result("calls", "stub", "empty-poll", "ffm", 4)), List.of(), List.of(), List.of(),
            List.of())).sentences();
    }

    @Test
    void saysHowManyRoundsAreMissing() {
        assertEquals(List.of("One round of 5 was measured: the time was over."),
            conditions(Map.of("rounds planned", "5")));
    }

    @Test
    void saysThatTheMachineWasBusy() {
        assertEquals(List.of("The machine was busy before the measurement began: load 1.25 on 2 cores."),
            conditions(Map.of("cores", "2", "load before", "1.25 0.50 0.25 1/203 2503")));
    }

    @Test
    void saysNothingOfAQuietMachineAndAWholeRun() {
        assertEquals(List.of(), conditions(Map.of("rounds planned", "1", "cores", "2", "load before", "0.25 1 1")));
    }

    @Test
    void saysNothingOfWhatIsUnknown() {
        assertEquals(List.of(), conditions(Map.of("cores", "?", "load before", "unknown")));
    }
}
