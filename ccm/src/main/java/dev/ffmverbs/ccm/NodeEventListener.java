// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

/**
 * Receives the events of a node. {@link SessionListener} has a method for each kind of event instead.
 *
 * <p>A node calls its listener on one dedicated thread, in the order in which things happened. The listener may
 * block; what it throws is logged and otherwise ignored. While 10 000 events wait for a listener, it misses {@link
 * NodeEvent.AttemptFailed}, {@link NodeEvent.HandshakeStepEnded}, {@link NodeEvent.ExchangeStepTaken}, {@link
 * NodeEvent.ConnectionRejected} and {@link NodeEvent.TermTried}, and the log says how many. It misses no other event.
 */
@FunctionalInterface
public interface NodeEventListener {

    /**
     * Called for each event.
     *
     * @param event what happened.
     */
    void on(NodeEvent event);
}
