// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.internal.thread.Delivery;
import dev.ffmverbs.ccm.internal.thread.DeliveryThread;
import dev.ffmverbs.ccm.internal.thread.DetachedLog;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Passes events to the user's listener on a dedicated thread, so that the listener may block or throw. An event that
 * could not be delivered, because memory or a class was missing, is delivered again.
 *
 * <p>While many events wait, reports of attempts and of steps are left out, so that a listener that blocks does not
 * fill the memory. Nothing else is left out. Warnings are logged on the dedicated thread or on a separate one: a
 * listener may block because the log does, and the threads of the node must go on. Thread-safe.
 */
final class EventQueue implements NodeEventListener {

    /** Events that wait before reports of attempts and of steps are left out. */
    static final int MOST_WAITING = 10_000;

    private final Logger logger;
    private final DetachedLog warnings;
    private final NodeEventListener listener;

    /** The same listener if its methods are called directly; otherwise null. */
    private final SessionListener methods;
    private final String nodeName;
    private final DeliveryThread thread;
    private volatile boolean stopped;

    /** Events left out since the listener was behind. Guarded by this object, like the next field. */
    private long missed;
    private boolean behind;

    /** Whether the log says that the present delivery takes long. */
    private boolean warned;

    EventQueue(final NodeEventListener listener, final String nodeName) {
        this(listener, nodeName, System.getLogger(EventQueue.class.getName()));
    }

    EventQueue(final NodeEventListener listener, final String nodeName, final Logger logger) {
        this.logger = logger;
        this.warnings = new DetachedLog(logger, "ccm-warnings-" + nodeName);
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
        if (thread.backlog() >= MOST_WAITING && mayBeMissed(event)) {
            leaveOut();
            return;
        }
        final Supplier<String> news = () -> event.getClass().getSimpleName() + " of " + event.subject();
        thread.execute(methods == null ? new Delivery<>(listener, news, recipient -> recipient.get().on(event))
            : new Delivery<>(methods, news, recipient -> ListenerMethods.call(event, recipient)));
    }

    /** Whether another event of this kind follows, or one that says what has become of it. */
    private static boolean mayBeMissed(final NodeEvent event) {
        return switch (event) {
            case NodeEvent.AttemptFailed _, NodeEvent.HandshakeStepEnded _, NodeEvent.ExchangeStepTaken _,
                NodeEvent.ConnectionRejected _, NodeEvent.TermTried _ -> true;
            case NodeEvent.ClientReady _, NodeEvent.ClientPortsEnded _, NodeEvent.ClientRefused _,
                NodeEvent.PathChanged _, NodeEvent.SessionUp _, NodeEvent.ConnectionLost _,
                NodeEvent.LivenessChanged _, NodeEvent.PartnerDown _, NodeEvent.PartnerRestarted _,
                NodeEvent.PartnerLeft _, NodeEvent.SessionDropped _, NodeEvent.OwnershipAcquired _,
                NodeEvent.OwnershipLost _ -> false;
        };
    }

    private void leaveOut() {
        final boolean first;
        synchronized (this) {
            first = !behind;
            if (first) {
                thread.execute(this::tellMissed);
                behind = true;
            }
            missed++;
        }
        if (first) {
            warnings.warn(() -> "the listener of node " + nodeName + " on thread " + thread.name() + " is behind: "
                + MOST_WAITING + " events wait for it. It misses reports of attempts, of steps and of rejections"
                + " until it has caught up. It must return sooner, or leave its work to another thread");
        }
    }

    /** Runs when the listener has received all events before the first one that was left out. */
    private void tellMissed() {
        final long told;
        synchronized (this) {
            told = missed;
            missed = 0;
            behind = false;
        }
        logger.log(Level.WARNING, "the listener of node " + nodeName + " has missed " + told + " reports of attempts,"
            + " of steps and of rejections, because it was behind");
    }

    /**
     * Warns once if the listener takes longer than this for one event. Called by one thread, from time to time. Does
     * not wait for the log.
     *
     * @param limitNs nanoseconds after which a warning is due.
     */
    void warnIfBlocked(final long limitNs) {
        final long busyNs = thread.busyNs();
        if (busyNs < limitNs) {
            warned = false;
        } else if (!warned) {
            warned = warnings.warn(() -> "the listener of node " + nodeName + " on thread " + thread.name() + " has"
                + " been busy with " + thread.present() + " for " + TimeUnit.NANOSECONDS.toMillis(busyNs) + " ms, and "
                + thread.backlog() + " events wait for it. It must return sooner, or leave its work to another thread");
        }
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
            logger.log(Level.WARNING, "the listener of node " + nodeName + " on thread " + thread.name()
                + " has blocked for " + TimeUnit.NANOSECONDS.toMillis(timeoutNs)
                + " ms while its node was closed; it receives no further events");
        }
    }
}
