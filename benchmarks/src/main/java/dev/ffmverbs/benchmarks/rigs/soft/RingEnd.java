// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import dev.ffmverbs.RemoteMemory;
import dev.ffmverbs.benchmarks.device.Endpoint;
import dev.ffmverbs.ring.MessageHandler;
import dev.ffmverbs.ring.MessageRingReader;
import dev.ffmverbs.ring.MessageRingWriter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** An end of two rings of messages, one in each direction, each with a queue pair. */
final class RingEnd implements MessageEnd, AutoCloseable {

    private static final int CAPACITY_BYTES = 1 << 16;
    private static final int ONE_MESSAGE = 1;

    /** Prefix of a line that carries the memory of a ring's end to the other process. */
    private static final String MEMORY_PREFIX = QueuePairGroup.PREFIX + "memory ";

    /** The buffers of endpoints are not used here. */
    private static final long LEAST_BUFFER_BYTES = 8;

    private final Endpoint outward;
    private final Endpoint inward;
    private final MessageRingWriter writer;
    private final MessageRingReader reader;
    private final MemorySegment message = MemorySegment.ofArray(new long[CAPACITY_BYTES / Long.BYTES]);
    private final MessageHandler handler = this::keep;
    private long number;
    private int lengthBytes;

    RingEnd(final String deviceName) {
        outward = new Endpoint(deviceName, Endpoint.ANY_GID, LEAST_BUFFER_BYTES);
        inward = new Endpoint(deviceName, Endpoint.ANY_GID, LEAST_BUFFER_BYTES);
        writer = MessageRingWriter.allocate(outward.buffer().protectionDomain(), CAPACITY_BYTES);
        reader = MessageRingReader.allocate(inward.buffer().protectionDomain(), CAPACITY_BYTES);
    }

    /** Returns what {@link #connect} of the peer reads: the writer's end, then the reader's. */
    List<String> addresses() {
        return List.of(QueuePairGroup.line(outward.address()), line(writer.remoteMemory()),
            QueuePairGroup.line(inward.address()), line(reader.remoteMemory()));
    }

    private static String line(final RemoteMemory memory) {
        return MEMORY_PREFIX + HexFormat.of().formatHex(memory.toBytes());
    }

    private static RemoteMemory parse(final String line) {
        return RemoteMemory.ofBytes(HexFormat.of().parseHex(line.substring(MEMORY_PREFIX.length())));
    }

    /** Connects the writer to the peer's reader, and the reader to its writer. */
    void connect(final List<String> peer) {
        final List<String> lines = new ArrayList<>(peer);
        inward.connect(QueuePairGroup.parse(lines.removeFirst()));
        reader.connect(inward.queuePair(), parse(lines.removeFirst()));
        outward.connect(QueuePairGroup.parse(lines.removeFirst()));
        writer.connect(outward.queuePair(), parse(lines.removeFirst()));
    }

    @Override
    public void begin() {
        Stream.of(outward, inward).forEach(Endpoint::confine);
    }

    private void keep(final MemorySegment memory, final long offsetBytes, final int messageBytes) {
        number = memory.get(ValueLayout.JAVA_LONG, offsetBytes);
        lengthBytes = messageBytes;
    }

    @Override
    public boolean send(final long nextNumber, final int nextLengthBytes) {
        message.set(ValueLayout.JAVA_LONG, 0, nextNumber);
        return writer.write(message, 0, nextLengthBytes);
    }

    @Override
    public boolean receive() {
        return reader.read(handler, ONE_MESSAGE) != 0;
    }

    @Override
    public long number() {
        return number;
    }

    @Override
    public int lengthBytes() {
        return lengthBytes;
    }

    @Override
    public void close() {
        writer.close();
        reader.close();
        outward.close();
        inward.close();
    }
}
