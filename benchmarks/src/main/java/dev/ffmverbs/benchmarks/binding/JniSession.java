// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.binding;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * JNI at its best: static native methods, addresses as longs, C structures written and read in place through direct
 * buffers.
 */
class JniSession implements BindingSession {

    private final long loopback;
    private final long bufferBytes;
    private final long nearQueuePair;
    private final long farQueuePair;
    private final long sends;
    private final long receives;

    private final ByteBuffer requests = allocate(BATCH * VerbsLayout.REQUEST_BYTES);
    private final ByteBuffer elements = allocate((BATCH + 1) * VerbsLayout.ELEMENT_BYTES);
    private final ByteBuffer receive = allocate(VerbsLayout.RECEIVE_BYTES);
    private final ByteBuffer completions = allocate(BATCH * VerbsLayout.COMPLETION_BYTES);
    private final ByteBuffer badRequest = allocate(Long.BYTES);
    private final long requestsAddress = address(requests);
    private final long receiveAddress = address(receive);
    private final long completionsAddress = address(completions);
    private final long badRequestAddress = address(badRequest);

    private final BorrowedMemory borrowed = new BorrowedMemory();
    private int count;

    JniSession(final String deviceName, final long bufferBytes) {
        this.bufferBytes = bufferBytes;
        loopback = JniVerbs.open(deviceName, bufferBytes);
        nearQueuePair = JniVerbs.queuePair(loopback, false);
        farQueuePair = JniVerbs.queuePair(loopback, true);
        sends = JniVerbs.sendQueue(loopback, false);
        receives = JniVerbs.receiveQueue(loopback, true);
    }

    static ByteBuffer allocate(final int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    static long address(final ByteBuffer buffer) {
        return MemorySegment.ofBuffer(buffer).address();
    }

    final long nearQueuePair() {
        return nearQueuePair;
    }

    final long sends() {
        return sends;
    }

    final long nearBuffer() {
        return JniVerbs.bufferAddress(loopback);
    }

    final long farBuffer() {
        return nearBuffer() + bufferBytes / 2;
    }

    final int localKey() {
        return JniVerbs.localKey(loopback);
    }

    final int remoteKey() {
        return JniVerbs.remoteKey(loopback);
    }

    @Override
    public void prepare(
        final Transfer transfer, final int requestsPerPost, final int sizeBytes, final boolean signaled) {
        for (int i = 0; i < requestsPerPost; i++) {
            final int at = i * VerbsLayout.REQUEST_BYTES;
            final boolean last = i + 1 == requestsPerPost;
            writeElement(i, nearBuffer(), sizeBytes);
            requests.putLong(at + VerbsLayout.REQUEST_IDENTIFIER, i);
            requests.putLong(at + VerbsLayout.REQUEST_NEXT,
                last ? 0 : requestsAddress + at + VerbsLayout.REQUEST_BYTES);
            requests.putLong(at + VerbsLayout.REQUEST_ELEMENTS,
                address(elements) + (long) i * VerbsLayout.ELEMENT_BYTES);
            requests.putInt(at + VerbsLayout.REQUEST_ELEMENT_COUNT, 1);
            requests.putInt(at + VerbsLayout.REQUEST_OPCODE, transfer.opcode());
            requests.putInt(at + VerbsLayout.REQUEST_FLAGS, signaled ? VerbsLayout.FLAG_SIGNALED : 0);
            requests.putLong(at + VerbsLayout.REQUEST_REMOTE_ADDRESS, farBuffer());
            if (transfer.isAtomic()) {
                requests.putLong(at + VerbsLayout.REQUEST_ATOMIC_ADD, transfer == Transfer.FETCH_AND_ADD ? 1 : 0);
                requests.putLong(at + VerbsLayout.REQUEST_ATOMIC_SWAP, 0);
                requests.putInt(at + VerbsLayout.REQUEST_ATOMIC_KEY, remoteKey());
            } else {
                requests.putInt(at + VerbsLayout.REQUEST_RDMA_KEY, remoteKey());
            }
        }
        writeElement(BATCH, farBuffer(), sizeBytes);
        receive.putLong(VerbsLayout.RECEIVE_ELEMENTS, address(elements) + BATCH * VerbsLayout.ELEMENT_BYTES);
        receive.putInt(VerbsLayout.RECEIVE_ELEMENT_COUNT, 1);
    }

    private void writeElement(final int index, final long address, final int lengthBytes) {
        final int at = index * VerbsLayout.ELEMENT_BYTES;
        elements.putLong(at + VerbsLayout.ELEMENT_ADDRESS, address);
        elements.putInt(at + VerbsLayout.ELEMENT_LENGTH, lengthBytes);
        elements.putInt(at + VerbsLayout.ELEMENT_KEY, localKey());
    }

    @Override
    public void post() {
        requireSuccess("ibv_post_send", JniVerbs.postSend(nearQueuePair, requestsAddress, badRequestAddress));
    }

    static void requireSuccess(final String verb, final int result) {
        if (result != 0) {
            throw new IllegalStateException(verb + " returned " + result);
        }
    }

    @Override
    public int poll() {
        return keepCount(JniVerbs.poll(sends, BATCH, completionsAddress));
    }

    private int keepCount(final int result) {
        if (result < 0) {
            throw new IllegalStateException("ibv_poll_cq returned " + result);
        }
        count = result;
        return result;
    }

    @Override
    public long decode() {
        final ByteBuffer taken = completions;
        final int end = count * VerbsLayout.COMPLETION_BYTES;
        long sum = 0;
        for (int at = 0; at < end; at += VerbsLayout.COMPLETION_BYTES) {
            if (taken.getInt(at + VerbsLayout.COMPLETION_STATUS) == 0) {
                sum += taken.getLong(at + VerbsLayout.COMPLETION_IDENTIFIER)
                    + taken.getInt(at + VerbsLayout.COMPLETION_BYTE_LENGTH);
                if (taken.getInt(at + VerbsLayout.COMPLETION_OPCODE) == VerbsLayout.OPCODE_RDMA_WRITE) {
                    sum++;
                }
            }
        }
        return sum;
    }

    @Override
    public void postReceive() {
        requireSuccess("ibv_post_recv", JniVerbs.postReceive(farQueuePair, receiveAddress, badRequestAddress));
    }

    @Override
    public int pollReceives() {
        return keepCount(JniVerbs.poll(receives, BATCH, completionsAddress));
    }

    @Override
    public boolean hasLastPollSucceeded() {
        final int end = count * VerbsLayout.COMPLETION_BYTES;
        for (int at = 0; at < end; at += VerbsLayout.COMPLETION_BYTES) {
            if (completions.getInt(at + VerbsLayout.COMPLETION_STATUS) != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void borrow(final long lengthBytes) {
        borrowed.allocate(lengthBytes);
    }

    @Override
    public void register() {
        final MemorySegment memory = borrowed.segment();
        final long region = JniVerbs.register(loopback, memory.address(), memory.byteSize());
        if (region == 0) {
            throw new IllegalStateException("ibv_reg_mr of " + memory.byteSize() + " bytes failed");
        }
        requireSuccess("ibv_dereg_mr", JniVerbs.deregister(region));
    }

    @Override
    public void close() {
        JniVerbs.close(loopback);
        borrowed.close();
    }
}
