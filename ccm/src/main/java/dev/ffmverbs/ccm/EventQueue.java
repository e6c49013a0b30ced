// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.internal.thread.Delivery;
import dev.ffmverbs.ccm.internal.thread.DeliveryThread;
import dev.ffmverbs.ccm.value.AttemptOutcome;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.Liveness;
import dev.ffmverbs.ccm.value.Rejection;
import dev.ffmverbs.ccm.value.Silence;
import dev.ffmverbs.ccm.value.TraceEntry;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Hands events to the user's listener on a dedicated thread, so that the listener may block or throw. What this node
 * cannot hand over, for want of memory or of a class, it hands over again.
 */
final class EventQueue implements SessionListener {

    private static final Logger LOGGER = System.getLogger(EventQueue.class.getName());

    private final SessionListener listener;
    private final String nodeName;
    private final DeliveryThread thread;

    EventQueue(final SessionListener listener, final String nodeName) {
        this.listener = listener;
        this.nodeName = nodeName;
        this.thread = new DeliveryThread("ccm-events-" + nodeName, "the listener of node " + nodeName);
    }

    /**
     * Begins to tell.
     *
     * @throws OutOfMemoryError when the operating system gives no thread.
     */
    void start() {
        thread.start();
    }

    /** Whether the listener is told; a listener that blocks is another matter. */
    boolean isWell() {
        return thread.isWell();
    }

    /**
     * Returns when the listener has heard everything, or has blocked for so long; at once when it is the listener
     * itself who calls.
     */
    void stop(final long timeoutNs) {
        thread.finish();
        if (!thread.join(timeoutNs)) {
            thread.abandon();
            LOGGER.log(Level.WARNING, "the listener of node " + nodeName + " on thread " + thread.name()
                + " has blocked for " + TimeUnit.NANOSECONDS.toMillis(timeoutNs)
                + " ms while its node was closed; it hears nothing more");
        }
    }

    private void add(final String event, final Object subject, final Consumer<Supplier<SessionListener>> call) {
        thread.execute(new Delivery<>(listener, event + " of " + subject, call));
    }

    @Override
    public void handshakeStep(final Partner partner, final TraceEntry entry) {
        add("handshakeStep", partner, hears -> hears.get().handshakeStep(partner, entry));
    }

    @Override
    public void attemptFailed(final Partner partner, final AttemptOutcome outcome, final String detail) {
        add("attemptFailed", partner, hears -> hears.get().attemptFailed(partner, outcome, detail));
    }

    @Override
    public void exchangeStep(final Partner partner, final ExchangeStep step, final String client) {
        add("exchangeStep", partner, hears -> hears.get().exchangeStep(partner, step, client));
    }

    @Override
    public void clientReady(final ClientSession ports) {
        add("clientReady", ports.partner(), hears -> hears.get().clientReady(ports));
    }

    @Override
    public void clientPortsEnded(final ClientSession ports) {
        add("clientPortsEnded", ports.partner(), hears -> hears.get().clientPortsEnded(ports));
    }

    @Override
    public void clientRefused(
        final Session session, final String client, final ClientRefusal reason, final String detail) {
        add("clientRefused", session.partner(), hears -> hears.get().clientRefused(session, client, reason, detail));
    }

    @Override
    public void pathChanged(final Session session, final int path) {
        add("pathChanged", session.partner(), hears -> hears.get().pathChanged(session, path));
    }

    @Override
    public void rejected(final InetSocketAddress source, final Rejection reason, final String detail) {
        add("rejected", source, hears -> hears.get().rejected(source, reason, detail));
    }

    @Override
    public void sessionUp(final Session session) {
        add("sessionUp", session.partner(), hears -> hears.get().sessionUp(session));
    }

    @Override
    public void connectionLost(final Partner partner, final String detail) {
        add("connectionLost", partner, hears -> hears.get().connectionLost(partner, detail));
    }

    @Override
    public void livenessChanged(final Session session, final Liveness liveness, final Silence silence) {
        add("livenessChanged", session.partner(), hears -> hears.get().livenessChanged(session, liveness, silence));
    }

    @Override
    public void partnerDown(final Session ended, final Silence silence) {
        add("partnerDown", ended.partner(), hears -> hears.get().partnerDown(ended, silence));
    }

    @Override
    public void partnerRestarted(final Session ended, final BootId bootId) {
        add("partnerRestarted", ended.partner(), hears -> hears.get().partnerRestarted(ended, bootId));
    }

    @Override
    public void partnerLeft(final Session ended) {
        add("partnerLeft", ended.partner(), hears -> hears.get().partnerLeft(ended));
    }

    @Override
    public void sessionDropped(final Session ended) {
        add("sessionDropped", ended.partner(), hears -> hears.get().sessionDropped(ended));
    }
}
