// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import dev.ffmverbs.ccm.ClientRequirements;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What the first bytes of a log's file say: which log it is, and how long.
 *
 * <p>Layout, little endian: the text {@code ffmvlog} and a zero byte (8 bytes), version (4), longest payload (4), bytes
 * of records (8), length of the name (4), name in ASCII (32). Behind it is what the log learns later: length of the
 * name of its partner (4), that name in ASCII (32). Zeros mean that it has had no partner yet.
 *
 * @param name                name of the log.
 * @param recordsBytes        bytes of its records.
 * @param maximumPayloadBytes longest payload of an entry.
 */
record LogFileLabel(String name, long recordsBytes, int maximumPayloadBytes) {

    private static final int LARGEST_PAYLOAD_BYTES = 1 << 20;
    private static final byte[] MAGIC = "ffmvlog\0".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 2;
    private static final int NAME_BYTES = 32;
    private static final int CHUNK_BYTES = 1 << 16;
    private static final int LENGTH_BYTES = MAGIC.length + 3 * Integer.BYTES + Long.BYTES + NAME_BYTES;

    /**
     * Checks what a program asks for.
     *
     * @throws IllegalArgumentException if the name is malformed or a length is out of range.
     */
    static LogFileLabel of(final String name, final int capacityBytes, final int maximumPayloadBytes) {
        if (maximumPayloadBytes < 1 || maximumPayloadBytes > LARGEST_PAYLOAD_BYTES) {
            throw new IllegalArgumentException("maximumPayloadBytes of log " + name + " is " + maximumPayloadBytes
                + "; it must be 1 to " + LARGEST_PAYLOAD_BYTES);
        }
        final int entryBytes = EntryFormat.entryBytes(maximumPayloadBytes);
        if (capacityBytes < 2 * entryBytes) {
            throw new IllegalArgumentException("capacityBytes of log " + name + " is " + capacityBytes
                + "; one entry takes up to " + entryBytes + ", and two must fit");
        }
        final LogFileLabel label =
            new LogFileLabel(name, capacityBytes - capacityBytes % EntryFormat.ALIGNMENT, maximumPayloadBytes);
        label.requirements();
        return label;
    }

    /** What a log of this name and length asks of a node. */
    ClientRequirements requirements() {
        return new ClientRequirements(name, 1, regionBytes(), MirrorPort.DEPTH);
    }

    /** Bytes of a header and its records. */
    long regionBytes() {
        return LogHeader.LENGTH_BYTES + recordsBytes;
    }

    private static ByteBuffer read(final FileChannel channel) throws IOException {
        final ByteBuffer bytes = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        int count = 0;
        while (count >= 0 && bytes.hasRemaining()) {
            count = channel.read(bytes, bytes.position());
        }
        return bytes.position(0);
    }

    /**
     * Whether the file is new, or its creation was interrupted. The file then has no magic, and zeros behind the label.
     * The label is begun only when the file has its length, so zeros are required of it in a file of another length.
     *
     * @param fileBytes the length of a file that was created.
     */
    static boolean isAbsent(final FileChannel channel, final long fileBytes) throws IOException {
        final boolean mayHaveLabel = channel.size() == fileBytes;
        return isZero(channel, 0, MAGIC.length)
            && isZero(channel, mayHaveLabel ? LENGTH_BYTES : MAGIC.length, channel.size());
    }

    private static boolean isZero(final FileChannel channel, final long start, final long end) throws IOException {
        final ByteBuffer bytes = ByteBuffer.allocate(CHUNK_BYTES);
        final ByteBuffer zeros = ByteBuffer.allocate(CHUNK_BYTES);
        long position = start;
        while (channel.read(bytes.clear().limit(Math.clamp(end - position, 0, CHUNK_BYTES)), position) > 0) {
            bytes.flip();
            position += bytes.limit();
            if (!bytes.equals(zeros.slice(0, bytes.limit()))) {
                return false;
            }
        }
        return true;
    }

    /** Writes the label, its magic last and at once. */
    void write(final MemorySegment file) {
        final ByteBuffer bytes = file.asSlice(0, LENGTH_BYTES).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        final byte[] text = name.getBytes(StandardCharsets.US_ASCII);
        bytes.position(MAGIC.length);
        bytes.putInt(VERSION).putInt(maximumPayloadBytes).putLong(recordsBytes).putInt(text.length).put(text);
        VarHandle.releaseFence();
        bytes.putLong(0, ByteBuffer.wrap(MAGIC).order(ByteOrder.LITTLE_ENDIAN).getLong());
    }

    /** Returns the name of the partner whose log is copied in a file; empty if there was none yet. */
    static String readPartnersName(final MemorySegment file) {
        return decodeName(partnersName(file));
    }

    /** Writes the name of the partner, its length last: a process that is killed in between leaves no name. */
    static void writePartnersName(final MemorySegment file, final String partnersName) {
        final byte[] text = partnersName.getBytes(StandardCharsets.US_ASCII);
        final ByteBuffer bytes = partnersName(file);
        bytes.put(Integer.BYTES, text);
        VarHandle.releaseFence();
        bytes.putInt(text.length);
    }

    private static ByteBuffer partnersName(final MemorySegment file) {
        return file.asSlice(LENGTH_BYTES, Integer.BYTES + NAME_BYTES).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Requires that a file has this label and this length.
     *
     * @throws IllegalArgumentException if not; the message names the file and what to do.
     */
    void require(final Path path, final FileChannel channel, final long fileBytes) throws IOException {
        final ByteBuffer bytes = read(channel);
        final byte[] magic = new byte[MAGIC.length];
        bytes.get(magic);
        require(Arrays.equals(magic, MAGIC), path, "is not the file of a mirrored log; use another file");
        final long sizeBytes = channel.size();
        final String wrongLength = "has " + sizeBytes + " bytes instead of " + fileBytes
            + ": it was truncated or extended; remove it, and the log continues with what the partner holds";
        require(sizeBytes >= LENGTH_BYTES, path, wrongLength);
        final int version = bytes.getInt();
        require(version <= VERSION, path, "was created by a later version of ffm-verbs (format " + version
            + ", this one knows " + VERSION + "); use that version, or remove the file to begin without it");
        require(version >= VERSION, path, "was created by an earlier version of ffm-verbs (format " + version
            + ", this one knows " + VERSION + "); remove the file, and the log begins without what only it holds");
        final LogFileLabel found = decode(bytes);
        require(found.name.equals(name), path, "holds log " + found.name + ", not log " + name + "; use another file");
        require(found.equals(this), path, "was created for a log of " + found.recordsBytes + " bytes with entries of "
            + found.maximumPayloadBytes + " bytes at most, and this log has " + recordsBytes + " and "
            + maximumPayloadBytes + "; use the former values, or remove the file and its entries at both nodes");
        require(sizeBytes == fileBytes, path, wrongLength);
    }

    private static LogFileLabel decode(final ByteBuffer bytes) {
        final int payloadBytes = bytes.getInt();
        final long recordsBytes = bytes.getLong();
        return new LogFileLabel(decodeName(bytes), recordsBytes, payloadBytes);
    }

    private static String decodeName(final ByteBuffer bytes) {
        final byte[] text = new byte[Math.clamp(bytes.getInt(), 0, NAME_BYTES)];
        bytes.get(text);
        return new String(text, StandardCharsets.US_ASCII);
    }

    private static void require(final boolean isSo, final Path path, final String otherwise) {
        if (!isSo) {
            throw new IllegalArgumentException(path + " " + otherwise);
        }
    }
}
