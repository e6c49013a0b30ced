// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Help.Ansi;

class StatusTextTest {

    private final Map<String, Object> node = new LinkedHashMap<>(Map.of("name", "A", "listen",
        List.of("10.9.9.1:7471"), "phase", "ACTIVE", "uptimeS", 61, "process", 4711, "bootId", "0123456789abcdef",
        "device", "rxe0", "provider", "ibverbs", "rejections", Map.of("WRONG_SECRET", 3), "answers", true));

    private String shown(final Map<String, Object> partner) {
        node.put("partners", List.of(partner));
        final StringWriter text = new StringWriter();
        new StatusText(new PrintWriter(text, true), Ansi.OFF).print(node);
        return text.toString();
    }

    private static Map<String, Object> partner() {
        final Map<String, Object> partner = new LinkedHashMap<>();
        partner.put("name", "B");
        partner.put("addresses", List.of("10.9.9.2:7471"));
        partner.put("lastEnd", "left");
        partner.put("reason", "nobody listens at the partner's address and port");
        partner.put("heartbeat", Map.of("count", 0, "unanswered", 7, "late", 5, "torn", 0, "p50Us", 0.0, "p99Us", 0.0,
            "maxUs", 0.0));
        final Map<String, Object> counters = new LinkedHashMap<>();
        counters.put("sessions", 2);
        counters.put("leaves", 1);
        counters.put("failedAttempts", 4);
        counters.put("suspicions", 0);
        partner.put("counters", counters);
        return partner;
    }

    private String shownOwnership(final boolean held, final long term, final String owner, final long ownersTerm) {
        final Map<String, Object> ownership = new LinkedHashMap<>();
        ownership.put("held", held);
        ownership.put("term", term);
        ownership.put("remainingMs", held ? 480 : 0);
        ownership.put("owner", owner);
        ownership.put("ownersTerm", ownersTerm);
        ownership.put("witnesses", List.of("10.9.9.3:7470"));
        node.put("ownership", ownership);
        return shown(partner()).lines().filter(line -> line.contains("own") && line.contains("witness")).findFirst()
            .orElseThrow();
    }

    @Test
    void aNodeThatTakesPartInAnOwnershipShowsWhoOwnsAndForHowLong() {
        assertEquals("  owns term 7, for 480 ms without a renewal; witness 10.9.9.3:7470",
            shownOwnership(true, 7, "A", 7));
        assertEquals("  does not own: B owns term 8; witness 10.9.9.3:7470", shownOwnership(false, 7, "B", 8));
        assertEquals("  does not own, last owned term 7; no owner is seen; witness 10.9.9.3:7470",
            shownOwnership(false, 7, null, 0));
        assertEquals("  does not own; no owner is seen; witness 10.9.9.3:7470", shownOwnership(false, 0, null, 0));
    }

    private String shownLog(final String state, final long acknowledged, final long last) {
        node.put("log", Map.of("name", "orders", "state", state, "acknowledged", acknowledged, "last", last));
        return shown(partner()).lines().filter(line -> line.startsWith("  log ")).findFirst().orElseThrow();
    }

    @Test
    void aNodeWithALogShowsHowManyNodesHoldIt() {
        assertEquals("  log orders: MIRRORED, acknowledged up to entry 12 of 15", shownLog("MIRRORED", 12, 15));
        assertEquals("  log orders: ALONE, no entry of 15 acknowledged", shownLog("ALONE", 0, 15));
        assertEquals("  log orders: CATCHING_UP, no entry", shownLog("CATCHING_UP", 0, 0));
        assertFalse(shown(partner()).contains("own"), shown(partner()));
    }

    @Test
    void theSocketOfASoftwareDeviceIsShown() {
        assertTrue(shown(partner()).contains("device rxe0 (ibverbs), "), shown(partner()));
        node.put("socket", "channel socket: native access is not granted");
        assertTrue(shown(partner()).contains("(ibverbs, channel socket: native access is not granted), "));
    }

    @Test
    void aNodeThatDoesNotServeItsSessionsIsShownAsNotWorking() {
        node.put("loopAgeMs", 12_000);

        assertTrue(shown(partner()).contains("it is not working: it has not served its sessions for 12000 ms"));
        assertFalse(StatusText.isAtWork(node));
        node.put("loopAgeMs", 40);
        assertTrue(StatusText.isAtWork(node));
        assertFalse(shown(partner()).contains("not working"));
    }

    @Test
    void aNodeWithAThreadThatDoesNoWorkIsShownAsNotWorking() {
        node.put("loopAgeMs", 40);
        node.put("ailment", "its connection manager has ended: no partner can connect");

        assertTrue(shown(partner()).contains("it is not working: its connection manager has ended: no partner can"
            + " connect; its partners see it as stalled"));
        assertFalse(StatusText.isAtWork(node));
    }

    @Test
    void distinguishesUnansweredFromLateAndCountsInWords() {
        assertEquals(List.of("Node A at 10.9.9.1:7471, ACTIVE, up 1 min 1 s, process 4711",
            "  boot id 0123456789abcdef, device rxe0 (ibverbs), no shared secret",
            "  rejected: wrong secret 3",
            "  partner   state     phase    boot id         beats unanswered  late torn  p50 us   p99 us   max us",
            "  B         LEFT      -        -                   0          7     5    0       -        -        -",
            "    10.9.9.2:7471: nobody listens at the partner's address and port",
            "    so far: sessions 2, left cleanly 1, failed attempts 4"), shown(partner()).lines().toList());
    }

    @Test
    void clientsHaveTheirOwnLineIfThatOfTheSessionWouldBeTooLong() {
        final Map<String, Object> suspect = partner();
        suspect.put("session", Map.of("bootId", "13e366448369aaaa", "seconds", 2, "silence", "unreachable"));
        suspect.put("liveness", "SUSPECT");
        suspect.put("path", 0);
        suspect.put("addresses", List.of("127.103.161.185:45015"));
        suspect.put("handshake", Map.of("totalUs", 19_375.7));
        suspect.put("clients", List.of("demo-log", "ownership"));

        final String text = shown(suspect);

        assertTrue(text.lines().anyMatch("    clients: demo-log, ownership"::equals), text);
        suspect.put("addresses", List.of("10.9.9.2:7471"));
        suspect.put("clients", List.of("log"));
        assertTrue(shown(suspect).contains("now unreachable, clients: log"), shown(suspect));
    }

    @Test
    void aPartnerThatTookSecondsToAnswerFitsInItsRow() {
        final Map<String, Object> slow = partner();
        slow.put("heartbeat", Map.of("count", 118, "unanswered", 48, "late", 585, "torn", 4, "p50Us", 99_999.9,
            "p99Us", 549_453.8, "maxUs", 12_137_599.3));

        final String row = shown(slow).lines().filter(line -> line.startsWith("  B ")).findFirst().orElseThrow();
        assertTrue(row.endsWith("  118         48   585    4 99999.9   549454 12137599"), row);
        assertEquals(100, row.length(), row);
    }
}
