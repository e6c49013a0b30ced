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
 * Changes a queue pair to READY_TO_SEND with the attributes that the two sides have agreed on, as librdmacm does for
 * its own queue pairs.
 *
 * <p>The attributes for INIT are queried only here, because their remote access rights depend on the agreement. The RNR
 * timer always comes from the parameters, because the kernel's communication manager leaves it 0, which stands for
 * 655 ms ({@code cm_init_qp_rtr_attr} of {@code cm.c}).
 */
final class QueuePairTransitions {

    private static final int UNLIMITED_RETRIES = 7;

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

    void takeToReadyToSend() throws ProviderException {
        final Access[] remoteAccess = parameters.remoteAccess();
        queuePair.modify(attributesFor(QueuePairState.INIT).access(remoteAccess));
        final QueuePairAttributes receive = attributesFor(QueuePairState.READY_TO_RECEIVE);
        if ((receive.mask() & QueuePairAttributeFlags.MINIMUM_RNR_TIMER) != 0) {
            receive.minimumRnrTimer(parameters.minimumRnrTimerCode());
        }
        queuePair.modify(receive.maximumIncomingReads(
            Math.min(parameters.incomingReads(), receive.maximumIncomingReads())));
        final QueuePairAttributes last = attributesFor(QueuePairState.READY_TO_SEND);
        last.maximumOutgoingReads(Math.min(parameters.outgoingReads(), last.maximumOutgoingReads()));
        parameters.timeoutExponent().ifPresent(last::timeout);
        if (last.retryCount() == UNLIMITED_RETRIES && parameters.retryCount() < UNLIMITED_RETRIES) {
            last.retryCount(parameters.retryCount());
        }
        queuePair.modify(last);
    }

    private QueuePairAttributes attributesFor(final QueuePairState state) throws ProviderException {
        final QueuePairAttributes attributes = new QueuePairAttributes().state(state);
        return attributes.markChanged(identifier.initializeQueuePairAttributes(attributes.structure()));
    }
}
