// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.binding;

import dev.ffmverbs.benchmarks.jucx.JucxCounter;
import dev.ffmverbs.benchmarks.jucx.JucxEnd;
import dev.ffmverbs.benchmarks.jucx.JucxTransport;

/** Transfers through jucx. Every poll lets both workers make progress, since nothing else does. */
final class JucxSession implements BindingSession {

    private final JucxEnd near;
    private final JucxEnd far;
    private final JucxCounter completed = new JucxCounter();
    private final JucxCounter flushed = new JucxCounter();
    private final JucxCounter received = new JucxCounter();
    private Transfer transfer = Transfer.READ;
    private int requests;
    private long sizeBytes;

    JucxSession(final JucxTransport transport, final String deviceName, final int bufferBytes) {
        near = new JucxEnd(transport, deviceName, bufferBytes, false);
        far = new JucxEnd(transport, deviceName, bufferBytes, false);
        near.connect(far.address());
    }

    @Override
    public boolean supports(final Transfer wanted) {
        return !wanted.isAtomic();
    }

    @Override
    public void prepare(
        final Transfer nextTransfer, final int requestsPerPost, final int nextSizeBytes, final boolean signaled) {
        transfer = nextTransfer;
        requests = requestsPerPost;
        sizeBytes = nextSizeBytes;
    }

    @Override
    public void post() {
        final JucxEnd near = this.near;
        final long sizeBytes = this.sizeBytes;
        for (int i = 0; i < requests; i++) {
            switch (transfer) {
                case READ -> near.get(0, sizeBytes, completed);
                case WRITE -> near.put(0, sizeBytes);
                case SEND -> near.send(sizeBytes, completed);
                default -> throw new UnsupportedOperationException("jucx has no atomic operations");
            }
        }
        if (transfer == Transfer.WRITE) {
            near.flush(flushed);
        }
    }

    @Override
    public int poll() {
        near.progress();
        far.progress();
        return completed.take() + flushed.take() * requests;
    }

    @Override
    public long decode() {
        throw new UnsupportedOperationException("jucx has no completions to read: it calls back");
    }

    @Override
    public void postReceive() {
        far.receive(sizeBytes, received);
    }

    @Override
    public int pollReceives() {
        near.progress();
        far.progress();
        return received.take();
    }

    /** {@inheritDoc} A counter throws if an operation failed. */
    @Override
    public boolean hasLastPollSucceeded() {
        return true;
    }

    @Override
    public void register() {
        throw new UnsupportedOperationException("registration is not measured with jucx");
    }

    @Override
    public void borrow(final long lengthBytes) {
        throw new UnsupportedOperationException("registration is not measured with jucx");
    }

    @Override
    public void close() {
        near.close();
        far.close();
    }
}
