// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

/**
 * Receives the events of a node. {@link SessionListener} has a method for each kind of event instead.
 *
 * <p>A node calls its listener on one dedicated thread, in the order in which things happened, and drops no event. The
 * listener may block; what it throws is logged and otherwise ignored.
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
