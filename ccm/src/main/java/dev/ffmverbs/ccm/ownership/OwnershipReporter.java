// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

import dev.ffmverbs.ccm.ClusterConnectionManager;
import dev.ffmverbs.ccm.NodeEvent;
import dev.ffmverbs.ccm.Partner;
import dev.ffmverbs.ccm.internal.thread.Delivery;
import dev.ffmverbs.ccm.internal.thread.DeliveryThread;
import dev.ffmverbs.ccm.value.Acquisition;
import dev.ffmverbs.ccm.value.OwnershipLoss;
import dev.ffmverbs.ccm.value.WinOutcome;

/**
 * Reports what becomes of the terms of one ownership: to its node as events, and then to the user's listener. Both
 * happen on a dedicated thread, so that the rules wait for neither.
 */
final class OwnershipReporter implements OwnershipNews {

    private final ClusterConnectionManager node;
    private final Partner partner;
    private final String ownership;
    private final OwnershipListener listener;
    private final DeliveryThread thread;

    /**
     * Creates a reporter whose thread is not started yet.
     *
     * @param node          gets the events.
     * @param configuration names the ownership and the partner, which is one of the node's.
     * @param listener      the user's listener.
     */
    OwnershipReporter(
        final ClusterConnectionManager node, final OwnershipConfiguration configuration,
        final OwnershipListener listener) {
        this.node = node;
        this.partner = node.partners().stream().filter(each -> each.name().equals(configuration.partner())).findFirst()
            .orElseThrow();
        this.ownership = configuration.name();
        this.listener = listener;
        this.thread = new DeliveryThread("ccm-ownership-news-" + configuration.node() + "-" + ownership,
            "the listener of ownership " + ownership + " of node " + configuration.node());
    }

    void start() {
        thread.start();
    }

    @Override
    public void tell(final long term, final WinOutcome outcome, final long tookNs) {
        report(new NodeEvent.TermTried(partner, ownership, term, outcome, tookNs));
    }

    @Override
    public void acquire(final Acquisition acquisition) {
        report(new NodeEvent.OwnershipAcquired(partner, ownership, acquisition));
        thread.execute(new Delivery<>(listener, acquisition::toString,
            recipient -> recipient.get().ownershipAcquired(acquisition)));
    }

    @Override
    public void lose(final long term, final OwnershipLoss reason) {
        report(new NodeEvent.OwnershipLost(partner, ownership, term, reason));
        thread.execute(new Delivery<>(listener, () -> "the loss of term " + term,
            recipient -> recipient.get().ownershipLost(term)));
    }

    private void report(final NodeEvent.OwnershipEvent event) {
        // The node is this library's code: whatever fails in it is repeated.
        thread.execute(new Delivery<>(node, event::text, reporting -> node.report(event)));
    }

    /** Ends the thread after everything that was reported so far, and waits for that at most this long. */
    void finish(final long timeoutNs) {
        thread.finish();
        thread.join(timeoutNs);
    }
}
