// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ffmverbs.ccm.value.HandshakeTimes;
import dev.ffmverbs.ccm.value.HeartbeatSummary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DemoReportTest {

    private static final HandshakeTimes TIMES = new HandshakeTimes(1_000, 2_000, 3_040, 4_050, 11_000, 7);
    private static final HeartbeatSummary BEATS = new HeartbeatSummary(100, 2, 3, 1, 5_000, 6_000, 7_000, 8_000);
    private static final HeartbeatSummary NO_BEATS = new HeartbeatSummary(0, 0, 0, 0, 0, 0, 0, 0);

    private static Map<String, Object> node(final String name, final HandshakeTimes times,
        final HeartbeatSummary beats, final String end, final boolean leftInOrder) {
        return node(name, times, beats, end, leftInOrder, 0);
    }

    private static Map<String, Object> node(final String name, final HandshakeTimes times,
        final HeartbeatSummary beats, final String end, final boolean leftInOrder, final long suspicions) {
        final Map<String, Object> partner = new HashMap<>();
        partner.put("name", "A".equals(name) ? "B" : "A");
        partner.put("handshake", NodeReport.handshake(times));
        partner.put("heartbeat", NodeReport.heartbeat(beats));
        partner.put("end", end);
        partner.put("counters", Map.of("suspicions", suspicions));
        return Map.of("name", name, "device", "rxe0", "provider", "ibverbs", "leftInOrder", leftInOrder,
            "partners", List.of(partner));
    }

    private static Map<String, Object> goodA() {
        return node("A", TIMES, BEATS, null, true);
    }

    private static Map<String, Object> goodB() {
        return node("B", TIMES, BEATS, "left", true);
    }

    @Test
    void findsNothingWrongWithACleanRun() {
        assertEquals(List.of(), new DemoReport(goodA(), goodB()).failures());
    }

    @Test
    void findsASessionThatWasNotEstablished() {
        assertEquals(List.of("node A had no session"),
            new DemoReport(node("A", null, BEATS, null, true), goodB()).failures());
    }

    @Test
    void findsASessionThatDidNotBeat() {
        assertEquals(List.of("node B heard no heartbeat"),
            new DemoReport(goodA(), node("B", TIMES, NO_BEATS, "left", true)).failures());
    }

    @Test
    void findsASessionThatDidNotEndCleanly() {
        assertEquals(List.of("node A was not seen to leave", "node B did not see node A leave, but: down"),
            new DemoReport(node("A", TIMES, BEATS, null, false), node("B", TIMES, BEATS, "down", true)).failures());
        assertEquals(List.of("the session of node A ended before node A left: restarted"),
            new DemoReport(node("A", TIMES, BEATS, "restarted", true), goodB()).failures());
    }

    @Test
    void findsThatMoreBeatsWereUnansweredThanAnswered() {
        final HeartbeatSummary few = new HeartbeatSummary(10, 90, 0, 0, 5_000, 6_000, 7_000, 8_000);
        final HeartbeatSummary late = new HeartbeatSummary(100, 0, 200, 0, 5_000, 6_000, 7_000, 8_000);
        final Map<String, Object> silent = node("A", TIMES, few, null, true);

        assertEquals(List.of("node B answered 10 of the 100 heartbeat READs of node A in time"),
            new DemoReport(silent, goodB()).failures());
        assertEquals(List.of(), new DemoReport(silent, node("B", TIMES, late, "left", true)).failures(),
            "a late machine explains it");
    }

    @Test
    void remarksOnNothingInARunInWhichEveryBeatWasAnsweredInTime() {
        final HeartbeatSummary all = new HeartbeatSummary(100, 0, 0, 1, 5_000, 6_000, 7_000, 8_000);

        assertEquals(List.of(),
            new DemoReport(node("A", TIMES, all, null, true), node("B", TIMES, all, "left", true)).remarks());
    }

    @Test
    void remarksOnASilentPartnerApartFromALateMachine() {
        final HeartbeatSummary late = new HeartbeatSummary(100, 0, 43, 1, 5_000, 6_000, 7_000, 8_000);
        final HeartbeatSummary unanswered = new HeartbeatSummary(97, 3, 0, 1, 5_000, 6_000, 7_000, 8_000);

        assertEquals(List.of("this machine was late: node A skipped 43 beats, node B 0, because it lacked"
                + " processor time",
            "node A answered 97 of the 100 heartbeat READs of node B in time, on the same machine",
            "node B suspected its partner 1 time, and heard it again"),
            new DemoReport(node("A", TIMES, late, null, true), node("B", TIMES, unanswered, "left", true, 1))
                .remarks());
    }

    @Test
    void reportsMicrosecondsPerNode() {
        final Map<String, Object> json = new DemoReport(goodA(), goodB()).toFields();

        assertEquals("rxe0", json.get("device"));
        assertEquals("ibverbs", json.get("provider"));
        final Map<?, ?> first = (Map<?, ?>) ((List<?>) json.get("nodes")).getFirst();
        assertEquals("A", first.get("name"));
        assertEquals(Map.of("r1Us", 1.0, "w1Us", 2.0, "r2Us", 3.0, "w2Us", 4.1, "totalUs", 11.0, "attempts", 7),
            first.get("handshake"));
        final Map<?, ?> beats = (Map<?, ?>) first.get("heartbeat");
        assertEquals(List.of(100L, 2L, 3L, 5.0, 6.0, 7.0, 8.0),
            List.of(beats.get("count"), beats.get("unanswered"), beats.get("late"), beats.get("p50Us"),
                beats.get("p99Us"), beats.get("p999Us"), beats.get("maxUs")));
    }
}
