// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.internal.thread.Delivery;
import dev.ffmverbs.ccm.internal.thread.DeliveryThread;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;

/**
 * Passes events to the user's listener on a dedicated thread, so that the listener may block or throw. An event that
 * could not be delivered, because memory or a class was missing, is delivered again.
 */
final class EventQueue implements NodeEventListener {

    private static final Logger LOGGER = System.getLogger(EventQueue.class.getName());

    private final NodeEventListener listener;
    private final String nodeName;
    private final DeliveryThread thread;
    private volatile boolean stopped;

    EventQueue(final NodeEventListener listener, final String nodeName) {
        this.listener = listener;
        this.nodeName = nodeName;
        this.thread = new DeliveryThread("ccm-events-" + nodeName, "the listener of node " + nodeName);
    }

    /** Queues an event; after {@link #stop}, does nothing. */
    @Override
    public void on(final NodeEvent event) {
        if (stopped) {
            return;
        }
        thread.execute(new Delivery<>(listener, () -> event.getClass().getSimpleName() + " of " + event.subject(),
            recipient -> recipient.get().on(event)));
    }

    /**
     * Starts to deliver.
     *
     * @throws OutOfMemoryError if the operating system provides no thread.
     */
    void start() {
        thread.start();
    }

    /** Returns whether the delivering thread is healthy, even if the listener blocks it. */
    boolean isWell() {
        return thread.isWell();
    }

    /**
     * Waits until the listener has received everything, but no longer than the timeout. Returns immediately if called
     * by the listener.
     */
    void stop(final long timeoutNs) {
        stopped = true;
        thread.finish();
        if (!thread.join(timeoutNs)) {
            thread.abandon();
            LOGGER.log(Level.WARNING, "the listener of node " + nodeName + " on thread " + thread.name()
                + " has blocked for " + TimeUnit.NANOSECONDS.toMillis(timeoutNs)
                + " ms while its node was closed; it receives no further events");
        }
    }
}
