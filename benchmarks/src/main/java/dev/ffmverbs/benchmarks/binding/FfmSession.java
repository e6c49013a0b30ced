// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.binding;

import dev.ffmverbs.Access;
import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.ReceiveRequest;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.WorkCompletionOpcode;
import dev.ffmverbs.WorkCompletions;
import dev.ffmverbs.benchmarks.device.Endpoint;
import dev.ffmverbs.benchmarks.device.EndpointPair;

/** Calls through the public API of this project. */
final class FfmSession implements BindingSession {

    private final EndpointPair ends;
    private final Endpoint near;
    private final Endpoint far;
    private final QueuePair nearQueuePair;
    private final QueuePair farQueuePair;
    private final CompletionQueue sends;
    private final CompletionQueue receives;
    private final WorkCompletions completions = WorkCompletions.allocate(BATCH);
    private final SendRequest[] requests = new SendRequest[BATCH];
    private final ReceiveRequest receive = ReceiveRequest.allocate(1);
    private final BorrowedMemory borrowed = new BorrowedMemory();
    private int prepared;

    FfmSession(final String deviceName, final long bufferBytes, final boolean confined) {
        ends = new EndpointPair(deviceName, bufferBytes / 2);
        near = ends.near();
        far = ends.far();
        nearQueuePair = near.queuePair();
        farQueuePair = far.queuePair();
        sends = near.sendQueue();
        receives = far.receiveQueue();
        if (confined) {
            ends.confine();
        }
        for (int i = 0; i < BATCH; i++) {
            requests[i] = SendRequest.allocate(1).workRequestId(i);
        }
    }

    @Override
    public void prepare(
        final Transfer transfer, final int requestsPerPost, final int sizeBytes, final boolean signaled) {
        final long address = far.address().bufferAddress();
        final int rkey = far.address().rkey();
        for (int i = 0; i < requestsPerPost; i++) {
            final SendRequest request = requests[i].next(null).localMemory(near.buffer(), 0, sizeBytes)
                .signal(signaled);
            switch (transfer) {
                case READ -> request.read(address, rkey);
                case WRITE -> request.write(address, rkey);
                case SEND -> request.send();
                case FETCH_AND_ADD -> request.fetchAndAdd(address, rkey, 1);
                case COMPARE_AND_SWAP -> request.compareAndSwap(address, rkey, 0, 0);
            }
        }
        for (int i = 1; i < requestsPerPost; i++) {
            requests[i - 1].next(requests[i]);
        }
        receive.localMemory(far.buffer(), 0, sizeBytes);
        prepared = requestsPerPost;
    }

    @Override
    public void post() {
        final int posted = nearQueuePair.postSend(requests[0]);
        if (posted != prepared) {
            throw new IllegalStateException("posted " + posted + " of " + prepared + " requests: the queue is full");
        }
    }

    @Override
    public int poll() {
        return sends.poll(completions);
    }

    @Override
    public long decode() {
        final WorkCompletions taken = completions;
        final int count = taken.count();
        long sum = 0;
        for (int i = 0; i < count; i++) {
            if (taken.isSuccess(i)) {
                sum += taken.workRequestId(i) + taken.byteLength(i);
                if (taken.opcode(i) == WorkCompletionOpcode.RDMA_WRITE) {
                    sum++;
                }
            }
        }
        return sum;
    }

    @Override
    public void postReceive() {
        if (farQueuePair.postReceive(receive) != 1) {
            throw new IllegalStateException("the receive was not posted: the queue is full");
        }
    }

    @Override
    public int pollReceives() {
        return receives.poll(completions);
    }

    @Override
    public boolean hasLastPollSucceeded() {
        final WorkCompletions taken = completions;
        final int count = taken.count();
        for (int i = 0; i < count; i++) {
            if (!taken.isSuccess(i)) {
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
        near.register(borrowed.segment(), Access.LOCAL_WRITE, Access.REMOTE_READ, Access.REMOTE_WRITE).close();
    }

    @Override
    public boolean canAllocate() {
        return true;
    }

    @Override
    public void allocateAndRegister(final long lengthBytes) {
        near.allocate(lengthBytes, Access.LOCAL_WRITE, Access.REMOTE_READ, Access.REMOTE_WRITE).close();
    }

    @Override
    public void close() {
        try (borrowed; ends) {
            // Closes both, even if one cannot be closed.
        }
    }
}
