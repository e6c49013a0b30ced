// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairAttributes;
import dev.ffmverbs.QueuePairState;
import dev.ffmverbs.TransportType;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.constants.QueuePairAttributeFlags;
import dev.ffmverbs.spi.layout.QueuePairAttributesLayout;

/**
 * Changes a queue pair to READY_TO_SEND with the attributes that the two sides have agreed on, as librdmacm does for
 * the queue pairs that it creates.
 *
 * <p>The attributes for INIT are queried only here, because their remote access rights depend on the agreement. The RNR
 * timer always comes from the parameters, because the kernel's communication manager leaves it 0, which stands for
 * 655 ms ({@code cm_init_qp_rtr_attr} of {@code cm.c}).
 *
 * <p>On iWARP, the kernel changes the state when it accepts, and when it receives the acceptance. Before that, it has
 * only access rights to change ({@code iwcm_init_qp_init_attr} of {@code iwcm.c}), and afterwards nothing.
 */
final class QueuePairTransitions {

    private static final int UNLIMITED_RETRIES = 7;

    private final ConnectionIdentifierOperations identifier;
    private final QueuePairClaim claim;
    private final QueuePair queuePair;
    private final ConnectionParameters parameters;
    private final boolean changedByKernel;

    QueuePairTransitions(
        final ConnectionIdentifierOperations identifier, final QueuePairClaim claim,
        final ConnectionParameters parameters) {
        this.identifier = identifier;
        this.claim = claim;
        this.queuePair = claim.queuePair();
        this.parameters = parameters;
        this.changedByKernel = queuePair.device().transportType() == TransportType.IWARP;
    }

    /** Returns whether the kernel changes the state, as on iWARP. */
    boolean areMadeByKernel() {
        return changedByKernel;
    }

    /** Prepares a queue pair whose state the kernel changes before this side knows of an acceptance. */
    void prepareToConnect() throws ProviderException {
        if (changedByKernel) {
            takeToInit();
        }
    }

    /** Prepares a queue pair for the connection that this side is about to accept. */
    void prepareToAccept() throws ProviderException {
        if (changedByKernel) {
            takeToInit();
        } else {
            takeToReadyToSend();
        }
    }

    /** Makes a queue pair usable whose state the kernel has changed. */
    void followKernel() throws ProviderException {
        if (changedByKernel) {
            queuePair.modify(attributesFor(QueuePairState.READY_TO_SEND));
        }
    }

    private void takeToInit() throws ProviderException {
        queuePair.modify(attributesFor(QueuePairState.INIT).access(parameters.remoteAccess()));
    }

    void takeToReadyToSend() throws ProviderException {
        takeToInit();
        final QueuePairAttributes receive = attributesFor(QueuePairState.READY_TO_RECEIVE);
        if ((receive.mask() & QueuePairAttributeFlags.MINIMUM_RNR_TIMER) != 0) {
            receive.minimumRnrTimer(parameters.minimumRnrTimerCode());
        }
        queuePair.modify(receive.maximumIncomingReads(
            Math.min(parameters.incomingReads(), receive.maximumIncomingReads())));
        claim.noteDestination(receive.destinationQueuePair());
        final QueuePairAttributes last = attributesFor(QueuePairState.READY_TO_SEND);
        last.maximumOutgoingReads(Math.min(parameters.outgoingReads(), last.maximumOutgoingReads()));
        parameters.timeoutExponent().ifPresent(last::timeout);
        if (last.retryCount() == UNLIMITED_RETRIES && parameters.retryCount() < UNLIMITED_RETRIES) {
            last.retryCount(parameters.retryCount());
        }
        queuePair.modify(last);
    }

    private QueuePairAttributes attributesFor(final QueuePairState state) throws ProviderException {
        final QueuePairAttributes attributes = new QueuePairAttributes();
        attributes.structure().set(JAVA_INT, QueuePairAttributesLayout.STATE, state.value());
        return attributes.markChanged(identifier.initializeQueuePairAttributes(attributes.structure()));
    }
}
