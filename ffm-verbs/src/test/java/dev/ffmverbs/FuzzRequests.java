// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;

/** Random work requests of one thread, both valid and invalid. */
final class FuzzRequests {

    static final int QUEUE_KEY = 0x0F0F_0F0F;

    /** The queue pair number that datagrams to a multicast group name. */
    private static final int EVERY_MEMBER = 0xFF_FFFF;

    private static final int MAXIMUM_CHAIN = 6;

    private final FuzzObjects objects;
    private final Random random;
    private final SendRequest[] sends = new SendRequest[MAXIMUM_CHAIN];
    private final ReceiveRequest[] receives = new ReceiveRequest[MAXIMUM_CHAIN];
    private final MemorySegment data = Arena.ofAuto().allocate(64);

    FuzzRequests(final FuzzObjects objects, final Random random) {
        this.objects = objects;
        this.random = random;
        for (int index = 0; index < MAXIMUM_CHAIN; index++) {
            sends[index] = SendRequest.allocate(4, 64);
            receives[index] = ReceiveRequest.allocate(4);
        }
    }

    MemoryRegion region() {
        final MemoryRegion region = objects.regions.any(random);
        if (region == null) {
            throw new IllegalStateException("no region yet");
        }
        return region;
    }

    private int rkey() {
        final MemoryWindow window = objects.windows.any(random);
        return switch (random.nextInt(8)) {
            case 0 -> random.nextInt();
            case 1 -> window == null ? 0 : window.rkey();
            default -> region().rkey();
        };
    }

    /**
     * Returns a key to invalidate. On rxe, it is never the key of a window. Linux 6.1 dereferences a null pointer and
     * hangs if a window is unbound or bound to no bytes ({@code rxe_mw.c}, {@code rxe_do_invalidate_mw}).
     */
    private int invalidatedKey() {
        return Unsupported.isRxe(objects.context.device()) ? region().rkey() : rkey();
    }

    private long remoteAddress() {
        return random.nextInt(8) == 0 ? random.nextLong() : region().iova() + random.nextInt(1024);
    }

    /** A chain of one or more. */
    SendRequest send() {
        final int length = 1 + random.nextInt(random.nextInt(4) == 0 ? MAXIMUM_CHAIN : 1);
        for (int index = length - 1; index >= 0; index--) {
            sends[index].next(null);
        }
        for (int index = length - 1; index >= 0; index--) {
            fill(sends[index]);
            sends[index].next(index + 1 < length ? sends[index + 1] : null);
        }
        return sends[0];
    }

    /** Makes a request another one, and leaves its successor. */
    void fill(final SendRequest request) {
        request.workRequestId(random.nextLong()).signal(random.nextBoolean()).fence(random.nextInt(4) == 0)
            .solicit(random.nextInt(4) == 0).noLocalMemory();
        operation(request);
        switch (random.nextInt(6)) {
            case 0 -> request.inlineData(data.asSlice(0, random.nextInt(65)));
            case 1 -> request.localAddress(random.nextLong(), random.nextInt(), random.nextInt());
            case 2 -> { }
            default -> {
                for (int element = random.nextInt(5); element > 0; element--) {
                    request.addLocalMemory(region(), random.nextInt(64), random.nextInt(1024));
                }
            }
        }
    }

    private void operation(final SendRequest request) {
        switch (random.nextInt(12)) {
            case 0 -> request.write(remoteAddress(), rkey());
            case 1 -> request.read(remoteAddress(), rkey());
            case 2 -> request.writeWithImmediate(remoteAddress(), rkey(), random.nextInt());
            case 3 -> request.fetchAndAdd(remoteAddress() & -8, rkey(), random.nextLong());
            case 4 -> request.compareAndSwap(remoteAddress(), rkey(), 0, random.nextLong());
            case 5 -> request.sendWithInvalidate(invalidatedKey());
            case 6 -> request.localInvalidate(invalidatedKey());
            case 7 -> bind(request);
            case 8, 9 -> address(request.send());
            case 10 -> address(request.sendWithImmediate(random.nextInt()));
            default -> request.send();
        }
    }

    private void bind(final SendRequest request) {
        final MemoryWindow window = objects.windows.any(random);
        if (window != null) {
            request.bindMemoryWindow(window, region(), random.nextInt(64), random.nextInt(64), Access.REMOTE_READ);
        }
    }

    private void address(final SendRequest request) {
        final AddressHandle handle = objects.addressHandles.any(random);
        final QueuePair peer = objects.queuePairs.any(random);
        if (handle != null && peer != null) {
            request.to(handle, random.nextInt(3) == 0 ? EVERY_MEMBER : peer.number(), QUEUE_KEY);
        }
    }

    /** A chain of one or more. */
    ReceiveRequest receive() {
        final int length = 1 + random.nextInt(MAXIMUM_CHAIN);
        for (int index = length - 1; index >= 0; index--) {
            receives[index].next(null);
        }
        for (int index = length - 1; index >= 0; index--) {
            fill(receives[index]);
            receives[index].next(index + 1 < length ? receives[index + 1] : null);
        }
        return receives[0];
    }

    /** Makes a request another one, and leaves its successor. */
    void fill(final ReceiveRequest request) {
        request.workRequestId(random.nextLong()).noLocalMemory();
        for (int element = random.nextInt(4); element > 0; element--) {
            request.addLocalMemory(region(), random.nextInt(64), random.nextInt(1024));
        }
    }

    /** Makes a random call on a batch, in a valid order or not. */
    void addTo(final SendBatch batch) {
        switch (random.nextInt(17)) {
            case 0 -> batch.workRequestId(random.nextLong());
            case 1 -> batch.signal(random.nextBoolean());
            case 2 -> batch.send();
            case 3 -> batch.write(remoteAddress(), rkey());
            case 4 -> batch.read(remoteAddress(), rkey());
            case 5 -> batch.sendWithImmediate(random.nextInt());
            case 6 -> batch.fetchAndAdd(remoteAddress(), rkey(), 1);
            case 7 -> batch.compareAndSwap(remoteAddress(), rkey(), 0, 1);
            case 8 -> batch.localInvalidate(invalidatedKey());
            case 9 -> batch.inlineData(data.asSlice(0, random.nextInt(65)));
            case 10 -> batchAddress(batch);
            case 11 -> batchBind(batch);
            case 12 -> batch.flush(remoteAddress(), rkey(), random.nextInt(1024), placement());
            case 13 -> batch.flushRegion(rkey(), placement());
            case 14 -> batch.atomicWrite(remoteAddress(), rkey(), random.nextLong());
            default -> batch.localMemory(region(), random.nextInt(64), random.nextInt(1024));
        }
    }

    private FlushPlacement placement() {
        return FlushPlacement.values()[random.nextInt(FlushPlacement.values().length)];
    }

    private void batchAddress(final SendBatch batch) {
        final AddressHandle handle = objects.addressHandles.any(random);
        if (handle != null) {
            batch.to(handle, random.nextInt(3) == 0 ? EVERY_MEMBER : random.nextInt(1 << 24), QUEUE_KEY);
        }
    }

    private void batchBind(final SendBatch batch) {
        final MemoryWindow window = objects.windows.any(random);
        if (window != null) {
            batch.bindMemoryWindow(window, region(), random.nextInt(64), random.nextInt(64), Access.REMOTE_READ);
        }
    }
}
