// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.Gid;
import dev.ffmverbs.ccm.internal.memory.ClientEntry.PortNumbers;
import dev.ffmverbs.ccm.value.PeerInformation;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClientsPayloadTest {

    private static final long SEED = 20261123;

    private final MemorySegment payload = Arena.ofAuto().allocate(ClientsPayload.LENGTH_BYTES, 8);

    private static ClientEntry entry(final String name, final int ports) {
        return new ClientEntry(name, ports, 1L << 40, 3, 1, ClientStatus.READY, 0x7F00_0000_1000L, 0x8000_0001,
            IntStream.range(0, ports).mapToObj(i -> new PortNumbers(i + 17, 0xFF_FFFF - i)).toList());
    }

    private Optional<List<ClientEntry>> decoded() {
        return ClientsPayload.decode(payload);
    }

    @Test
    void aTableArrivesAsItWasWritten() {
        final List<ClientEntry> entries = List.of(entry("a", 3), entry("b", 0),
            new ClientEntry("n".repeat(32), 7, 0, 1, 0, ClientStatus.OFFERED, 0, 0, List.of()), entry("c", 125));
        ClientsPayload.encode(entries, payload);

        assertEquals(Optional.of(entries), decoded());
    }

    @Test
    void aFullTableAndAnEmptyOneFit() {
        final List<ClientEntry> full = IntStream.range(0, ClientsPayload.MAXIMUM_CLIENTS)
            .mapToObj(i -> entry("client" + i, ClientsPayload.MAXIMUM_PORTS / ClientsPayload.MAXIMUM_CLIENTS)).toList();
        ClientsPayload.encode(full, payload);
        assertEquals(Optional.of(full), decoded());
        ClientsPayload.encode(List.of(), payload);
        assertEquals(Optional.of(List.of()), decoded());
    }

    @Test
    void anOversizedTableIsMalformed() {
        ClientsPayload.encode(List.of(entry("a", 1)), payload);
        for (final int count : new int[] {-1, ClientsPayload.MAXIMUM_CLIENTS + 1, Integer.MAX_VALUE}) {
            payload.set(ValueLayout.JAVA_INT, 0, count);
            assertEquals(Optional.empty(), decoded(), "count " + count);
        }
    }

    @Test
    void portsBeyondTheTableAreMalformed() {
        final int portsRequired = 8 + 32;
        final int firstPort = 8 + 32 + 4 + 4 + 4 + 4 + 8 + 8 + 4;
        for (final int[] damage : new int[][] {{portsRequired, 129}, {portsRequired, -1}, {firstPort, 128},
            {firstPort, -2}, {firstPort, Integer.MAX_VALUE}}) {
            ClientsPayload.encode(List.of(entry("a", 1)), payload);
            payload.set(ValueLayout.JAVA_INT, damage[0], damage[1]);
            assertEquals(Optional.empty(), decoded(), damage[1] + " at " + damage[0]);
        }
    }

    @Test
    void twoClientsOfOneNameAreMalformed() {
        ClientsPayload.encode(List.of(entry("a", 1), entry("a", 1)), payload);
        assertEquals(Optional.empty(), decoded());
    }

    @Test
    void garbageBreaksNothing() {
        final Random random = new Random(SEED);
        final byte[] garbage = new byte[ClientsPayload.LENGTH_BYTES];
        for (int i = 0; i < 2_000; i++) {
            random.nextBytes(garbage);
            MemorySegment.copy(garbage, 0, payload, ValueLayout.JAVA_BYTE, 0, garbage.length);
            payload.set(ValueLayout.JAVA_INT, 0, random.nextInt(4));
            decoded().ifPresent(entries -> assertTrue(entries.size() < 4, "seed " + SEED));
        }
    }

    @Test
    void peerInformationArrivesAsItWasWrittenAndGarbageIsNone() {
        final MemorySegment information = Arena.ofAuto().allocate(MailboxSlot.PEER_INFORMATION.payloadBytes(), 8);
        assertEquals(Optional.empty(), PeerInformationPayload.decode(information));
        final PeerInformation told = new PeerInformation(4, 2, "n".repeat(32), -1, 10_000_000,
            List.of(new Gid(1, 2), new Gid(3, 4), new Gid(5, 6), new Gid(7, 8)), 4096);
        PeerInformationPayload.encode(told, information);
        assertEquals(Optional.of(told), PeerInformationPayload.decode(information));
    }
}
