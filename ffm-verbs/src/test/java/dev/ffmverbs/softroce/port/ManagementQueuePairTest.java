// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ffmverbs.softroce.memory.MemoryTable;
import dev.ffmverbs.softroce.transport.TransportContext;
import dev.ffmverbs.softroce.transport.TransportCounter;
import dev.ffmverbs.softroce.transport.TransportCounters;
import dev.ffmverbs.softroce.transport.TransportSettings;
import dev.ffmverbs.softroce.wire.Arrival;
import dev.ffmverbs.softroce.wire.Icrc;
import dev.ffmverbs.softroce.wire.IpAddress;
import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.PacketSink;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.UdpPath;
import dev.ffmverbs.spi.ProviderException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests what queue pair 1 does with datagrams to an address that the device has besides its own. */
class ManagementQueuePairTest {

    private static final int UDP_PORT = 4791;

    private final TransportCounters counters = new TransportCounters();
    private final CollectingLogger log = new CollectingLogger();
    private final Icrc icrc = new Icrc();
    private final List<UdpPath> answers = new ArrayList<>();

    /** An agent that answers every datagram, as a communication manager answers a request. */
    private static final class AnsweringAgent implements ManagementAgent {
        private final ManagementQueuePair queuePair;

        AnsweringAgent(final ManagementQueuePair queuePair) {
            this.queuePair = queuePair;
        }

        @Override
        public void receive(final RocePacket packet, final Arrival arrival) {
            queuePair.send(arrival.source(), 0, answer -> answer.begin(Opcode.DATAGRAM_SEND_ONLY, 1, 0, 0));
        }

        @Override
        public void onFirstPacket(final int number) {
            throw new AssertionError("a first packet for queue pair " + number);
        }

        @Override
        public void onSignOfLife(final int number) {
            throw new AssertionError("a sign of life for queue pair " + number);
        }

        @Override
        public void tick() {
            throw new AssertionError("nothing is due");
        }

        @Override
        public long untilNextDeadlineNs() {
            return Long.MAX_VALUE;
        }
    }

    private static IpAddress ip(final String address) {
        return IpAddress.of(InetAddress.ofLiteral(address));
    }

    /** Passes a datagram to the queue pair of a device. */
    private void receive(final String device, final String source, final String destination)
        throws ProviderException {
        final PacketSink sink = new PacketSink() {
            @Override
            public RocePacket claim() {
                return new RocePacket();
            }

            @Override
            public void submit(final RocePacket packet, final UdpPath path) {
                answers.add(path);
            }
        };
        final ManagementQueuePair queuePair = new ManagementQueuePair(
            LocalAddress.of(InetAddress.ofLiteral(device), UDP_PORT),
            new TransportContext(new MemoryTable(new Random(1)), icrc, sink, counters, (type, number) -> { },
                TransportSettings.DEFAULT),
            new PortLog("soft9", log));
        queuePair.setAgent(new AnsweringAgent(queuePair));
        final RocePacket packet = new RocePacket();
        packet.begin(Opcode.DATAGRAM_SEND_ONLY, ManagementQueuePair.NUMBER, 0, 0);
        packet.endPayload(256);
        final UdpPath path = new UdpPath(ip(source), UDP_PORT, ip(destination), UDP_PORT, 0);
        icrc.seal(packet, path);
        queuePair.receive(packet, Arrival.over(path));
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, fe80::2, fe80::1", "::1, 127.0.0.2, 127.0.0.1", "127.0.0.1, 127.0.0.2, 127.0.0.3"})
    void aDatagramToAnotherAddressIsDroppedAndCounted(
        final String device, final String source, final String destination) throws ProviderException {
        receive(device, source, destination);

        assertEquals(List.of(), answers);
        assertEquals(List.of(), log.messages);
        assertEquals(1, counters.get(TransportCounter.DROPPED_MANAGEMENT));
    }

    @Test
    void aDatagramToTheAddressOfTheDeviceIsPassedOn() throws ProviderException {
        receive("127.0.0.1", "127.0.0.2", "127.0.0.1");

        assertEquals(1, answers.size());
        assertEquals(0, counters.get(TransportCounter.DROPPED_MANAGEMENT));
    }
}
