// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.internal.thread.Delivery;
import dev.ffmverbs.ccm.internal.thread.DeliveryThread;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Passes events to the user's listener on a dedicated thread, so that the listener may block or throw. An event that
 * could not be delivered, because memory or a class was missing, is delivered again.
 */
final class EventQueue implements NodeEventListener {

    private static final Logger LOGGER = System.getLogger(EventQueue.class.getName());

    private final NodeEventListener listener;

    /** The same listener if its methods are called directly; otherwise null. */
    private final SessionListener methods;
    private final String nodeName;
    private final DeliveryThread thread;
    private volatile boolean stopped;

    EventQueue(final NodeEventListener listener, final String nodeName) {
        this.listener = listener;
        this.methods = ListenerMethods.withoutOwnDispatch(listener);
        this.nodeName = nodeName;
        this.thread = new DeliveryThread("ccm-events-" + nodeName, "the listener of node " + nodeName);
    }

    /** Queues an event; after {@link #stop}, does nothing. */
    @Override
    public void on(final NodeEvent event) {
        if (stopped) {
            return;
        }
        final Supplier<String> news = () -> event.getClass().getSimpleName() + " of " + event.subject();
        thread.execute(methods == null ? new Delivery<>(listener, news, recipient -> recipient.get().on(event))
            : new Delivery<>(methods, news, recipient -> ListenerMethods.call(event, recipient)));
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
