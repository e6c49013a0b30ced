// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.binding;

/** Posts and polls through call objects; everything else is as thin as in {@link JniSession}. */
final class JniStatefulSession extends JniSession {

    private final PostCall postCall;
    private final PollCall pollCall;
    private int count;

    JniStatefulSession(final String deviceName, final long bufferBytes) {
        super(deviceName, bufferBytes);
        postCall = new PostCall(nearQueuePair());
        pollCall = new PollCall(sends());
    }

    @Override
    public void prepare(
        final Transfer transfer, final int requestsPerPost, final int sizeBytes, final boolean signaled) {
        super.prepare(transfer, requestsPerPost, sizeBytes, signaled);
        postCall.begin();
        for (int i = 0; i < requestsPerPost; i++) {
            postCall.add(transfer, signaled, nearBuffer(), sizeBytes, localKey(), farBuffer(), remoteKey());
        }
    }

    @Override
    public void post() {
        postCall.execute();
    }

    @Override
    public int poll() {
        count = pollCall.execute();
        return count;
    }

    /** Here, reading completions means copying them into objects and reading those. */
    @Override
    public long decode() {
        final int taken = count;
        pollCall.unmarshal(taken);
        long sum = 0;
        for (int i = 0; i < taken; i++) {
            final PollCall.Completion completion = pollCall.completion(i);
            if (completion.status() == 0) {
                sum += completion.identifier() + completion.byteLength();
                if (completion.opcode() == VerbsLayout.OPCODE_RDMA_WRITE) {
                    sum++;
                }
            }
        }
        return sum;
    }

    @Override
    public boolean hasLastPollSucceeded() {
        for (int i = 0; i < count; i++) {
            if (pollCall.completion(i).status() != 0) {
                return false;
            }
        }
        return true;
    }
}
