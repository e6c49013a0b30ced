// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.Access;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairAttributes;
import dev.ffmverbs.QueuePairState;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.constants.QueuePairAttributeFlags;

/**
 * Takes a queue pair to READY_TO_SEND with the attributes the transport agreed on, as librdmacm does for its own.
 *
 * <p>The attributes of INIT are asked for only now: the remote rights in them depend on what was agreed. The RNR timer
 * is always ours: the kernel's communication manager leaves it 0, which stands for 655 ms ({@code
 * cm_init_qp_rtr_attr} of {@code cm.c}).
 */
final class QueuePairTransitions {

    private static final int RETRY_COUNT_FOR_EVER = 7;

    private final ConnectionIdentifierOperations identifier;
    private final QueuePair queuePair;
    private final ConnectionParameters parameters;

    QueuePairTransitions(
        final ConnectionIdentifierOperations identifier, final QueuePair queuePair,
        final ConnectionParameters parameters) {
        this.identifier = identifier;
        this.queuePair = queuePair;
        this.parameters = parameters;
    }

    void toReadyToSend() throws ProviderException {
        final Access[] remoteAccess = parameters.remoteAccess();
        queuePair.modify(agreed(QueuePairState.INIT).access(remoteAccess));
        final QueuePairAttributes receive = agreed(QueuePairState.READY_TO_RECEIVE);
        if ((receive.mask() & QueuePairAttributeFlags.MINIMUM_RNR_TIMER) != 0) {
            receive.minimumRnrTimer(parameters.minimumRnrTimerCode());
        }
        queuePair.modify(receive.maximumIncomingReads(
            Math.min(parameters.incomingReads(), receive.maximumIncomingReads())));
        final QueuePairAttributes last = agreed(QueuePairState.READY_TO_SEND);
        last.maximumOutgoingReads(Math.min(parameters.outgoingReads(), last.maximumOutgoingReads()));
        parameters.timeoutExponent().ifPresent(last::timeout);
        if (last.retryCount() == RETRY_COUNT_FOR_EVER && parameters.retryCount() < RETRY_COUNT_FOR_EVER) {
            last.retryCount(parameters.retryCount());
        }
        queuePair.modify(last);
    }

    private QueuePairAttributes agreed(final QueuePairState state) throws ProviderException {
        final QueuePairAttributes attributes = new QueuePairAttributes().state(state);
        return attributes.changed(identifier.initializeQueuePairAttributes(attributes.structure()));
    }
}
