// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

/** Two connected queue pairs, of which the left one posts in batches. */
abstract class BatchTestBase {

    static final long SEED = 53;

    private static final int SEND_REQUESTS = 16;
    private static final SendOperation[] TRANSFERS = {
        SendOperation.WRITE, SendOperation.WRITE_WITH_IMMEDIATE, SendOperation.SEND, SendOperation.SEND_WITH_IMMEDIATE,
        SendOperation.READ, SendOperation.COMPARE_AND_SWAP, SendOperation.FETCH_AND_ADD
    };

    static ConnectedPair.Setup extended(final int elements, final SendOperation... operations) {
        return new ConnectedPair.Setup() {
            @Override
            QueuePair queuePair(final ConnectedPair.Side side) {
                return Unsupported.orSkip(() -> side.domain.createExtendedQueuePair(configuration(side.queue)
                    .withSendRequests(SEND_REQUESTS).withScatterGatherElements(elements, 1), operations));
            }
        };
    }

    static ConnectedPair pair(final DevicePair devices) {
        return new ConnectedPair(devices, extended(1, TRANSFERS), new ConnectedPair.Setup());
    }

    static ExtendedQueuePair left(final ConnectedPair pair) {
        return (ExtendedQueuePair) pair.left.queuePair;
    }

    static SendBatch batch(final ConnectedPair pair) {
        return left(pair).start();
    }
}
