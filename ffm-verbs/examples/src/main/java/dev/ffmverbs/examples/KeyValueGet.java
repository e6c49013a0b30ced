// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.examples;

import dev.ffmverbs.Access;
import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.Context;
import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairConfiguration;
import dev.ffmverbs.RemoteMemory;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.WorkCompletions;
import dev.ffmverbs.cm.Connection;
import dev.ffmverbs.cm.ConnectionManager;
import dev.ffmverbs.cm.ConnectionParameters;
import dev.ffmverbs.cm.Listener;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;

/**
 * A table of keys and values in the memory of one process, from which another process READs. No code of the first
 * process takes part in a GET.
 */
public final class KeyValueGet {

    /** The memory of the table: slots of 64 bytes. A slot has a checksum, the length of the value, key and value. */
    private static final int SLOTS = 256;
    private static final int SLOT_BYTES = 64;
    private static final int LENGTH = 4;
    private static final int KEY = 8;
    private static final int KEY_BYTES = 16;
    private static final int VALUE = KEY + KEY_BYTES;
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private KeyValueGet() {
    }

    /**
     * Serves the table, or reads it if the arguments say where it is.
     *
     * @param arguments a device and an address of it.
     * @throws Exception if anything fails.
     */
    public static void main(final String[] arguments) throws Exception {
        final Arguments own = Arguments.of(arguments);
        if (own.isFirstProcess()) {
            serve(own);
        } else {
            get(own);
        }
    }

    private static void serve(final Arguments own) throws Exception {
        try (Context context = Verbs.open(own.device());
             ProtectionDomain domain = context.allocateProtectionDomain();
             CompletionQueue queue = context.createCompletionQueue(16);
             // REMOTE_READ lets everybody READ who has the key and a connection to this protection domain.
             MemoryRegion table = domain.allocate((long) SLOTS * SLOT_BYTES, Access.LOCAL_WRITE, Access.REMOTE_READ);
             QueuePair queuePair = domain.createQueuePair(QueuePairConfiguration.reliableConnection(queue));
             ConnectionManager manager = ConnectionManager.open(context)) {
            // The answer to the client tells where the table is: address, key and length, 24 bytes.
            final ConnectionParameters answer =
                ConnectionParameters.defaults().withPrivateData(table.remoteMemory().toBytes());
            put(table.segment(), "colour", "green");
            put(table.segment(), "shape", "round");
            final CompletableFuture<Connection> accepted = new CompletableFuture<>();
            try (Listener listener = manager.listen(
                     own.anyPort(), 1, request -> accepted.complete(request.accept(queuePair, answer)));
                 OtherProcess client = OtherProcess.start(
                     KeyValueGet.class, own, 1, Arguments.text(listener.localAddress()))) {
                // The table changes while the client reads. The checksum tells it when it has read half of a change.
                for (int count = 1; client.isRunning(); count++) {
                    put(table.segment(), "count", Integer.toString(count));
                }
                client.awaitEnd();
                accepted.join().close();
            }
        }
    }

    private static void get(final Arguments own) {
        try (Context context = Verbs.open(own.device());
             ProtectionDomain domain = context.allocateProtectionDomain();
             CompletionQueue queue = context.createCompletionQueue(16);
             MemoryRegion slot = domain.allocate(SLOT_BYTES, Access.LOCAL_WRITE);
             QueuePair queuePair = domain.createQueuePair(QueuePairConfiguration.reliableConnection(queue));
             ConnectionManager manager = ConnectionManager.open(context);
             Connection connection = manager.connect(
                 own.anyPort(), own.peer(), queuePair, ConnectionParameters.defaults(), LIMIT)) {
            final RemoteMemory table = RemoteMemory.ofPrefix(connection.privateData());
            final SendRequest request = SendRequest.allocate(1);
            final WorkCompletions completions = WorkCompletions.allocate(1);
            for (final String key : List.of("colour", "shape", "count", "size")) {
                do {
                    // One READ brings the whole slot. The request is the same object each time.
                    request.read(table, offsetOf(key), SLOT_BYTES).localMemory(slot, 0, SLOT_BYTES);
                    if (queuePair.postSend(request) == 0 || queue.await(completions, LIMIT) == 0) {
                        throw new IllegalStateException("no answer within " + LIMIT);
                    }
                    completions.copy(0).requireSuccess();
                } while (!isWhole(slot.segment(), 0));
                System.out.println("GET " + key + ": " + find(slot.segment(), key));
            }
        }
    }

    private static long offsetOf(final String key) {
        return (long) Math.floorMod(key.hashCode(), SLOTS) * SLOT_BYTES;
    }

    private static void put(final MemorySegment table, final String key, final String value) {
        final MemorySegment slot = table.asSlice(offsetOf(key), SLOT_BYTES);
        final byte[] text = value.getBytes(StandardCharsets.UTF_8);
        slot.set(ValueLayout.JAVA_INT, LENGTH, text.length);
        slot.setString(KEY, key);
        MemorySegment.copy(text, 0, slot, ValueLayout.JAVA_BYTE, VALUE, text.length);
        slot.set(ValueLayout.JAVA_INT, 0, checksum(slot, 0));
    }

    /** An empty slot is whole: its bytes and its checksum are 0. */
    private static boolean isWhole(final MemorySegment memory, final long offset) {
        final int checksum = memory.get(ValueLayout.JAVA_INT, offset);
        return checksum == 0 && memory.get(ValueLayout.JAVA_INT, offset + LENGTH) == 0
            || checksum == checksum(memory, offset);
    }

    private static int checksum(final MemorySegment memory, final long offset) {
        final CRC32C checksum = new CRC32C();
        checksum.update(memory.asSlice(offset + LENGTH, SLOT_BYTES - LENGTH).asByteBuffer());
        return (int) checksum.getValue();
    }

    private static String find(final MemorySegment slot, final String key) {
        if (!slot.getString(KEY).equals(key)) {
            return "nothing";
        }
        final byte[] text = new byte[slot.get(ValueLayout.JAVA_INT, LENGTH)];
        MemorySegment.copy(slot, ValueLayout.JAVA_BYTE, VALUE, text, 0, text.length);
        return new String(text, StandardCharsets.UTF_8);
    }
}
