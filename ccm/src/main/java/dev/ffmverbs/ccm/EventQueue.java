// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.handshake.AttemptOutcome;
import dev.ffmverbs.ccm.handshake.TraceEntry;
import dev.ffmverbs.ccm.link.Rejection;
import dev.ffmverbs.ccm.liveness.Liveness;
import dev.ffmverbs.ccm.liveness.Silence;
import dev.ffmverbs.ccm.memory.BootId;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Hands events to the user's listener on a thread of its own, so that the listener may block or throw. */
final class EventQueue implements SessionListener {

    private static final Logger LOGGER = System.getLogger(EventQueue.class.getName());

    private final BlockingQueue<Runnable> events = new LinkedBlockingQueue<>();
    private final SessionListener listener;
    private final Thread thread;
    private volatile boolean stopped;

    EventQueue(final SessionListener listener, final String threadName) {
        this.listener = listener;
        this.thread = Thread.ofPlatform().daemon().name(threadName).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        while (!stopped) {
            try {
                events.take().run();
            } catch (final InterruptedException e) {
                LOGGER.log(Level.DEBUG, "the listener interrupted its own thread; events go on", e);
            } catch (final RuntimeException | Error e) {
                LOGGER.log(Level.WARNING, "a session listener failed", e);
            }
        }
    }

    /**
     * Returns when the listener has heard everything, or has blocked for so long; at once when it is the listener
     * itself who calls.
     */
    void stop(final long timeoutNs) {
        events.add(() -> stopped = true);
        if (!Threads.join(thread, timeoutNs)) {
            stopped = true;
            LOGGER.log(Level.WARNING, "the session listener on thread " + thread.getName() + " has blocked for "
                + TimeUnit.NANOSECONDS.toMillis(timeoutNs) + " ms while its node was closed; it hears nothing more");
        }
    }

    @Override
    public void handshakeStep(final Partner partner, final TraceEntry entry) {
        events.add(() -> listener.handshakeStep(partner, entry));
    }

    @Override
    public void attemptFailed(final Partner partner, final AttemptOutcome outcome, final String detail) {
        events.add(() -> listener.attemptFailed(partner, outcome, detail));
    }

    @Override
    public void exchangeStep(final Partner partner, final ExchangeStep step, final String client) {
        events.add(() -> listener.exchangeStep(partner, step, client));
    }

    @Override
    public void clientReady(final ClientSession ports) {
        events.add(() -> listener.clientReady(ports));
    }

    @Override
    public void clientPortsEnded(final ClientSession ports) {
        events.add(() -> listener.clientPortsEnded(ports));
    }

    @Override
    public void clientRefused(
        final Session session, final String client, final ClientRefusal reason, final String detail) {
        events.add(() -> listener.clientRefused(session, client, reason, detail));
    }

    @Override
    public void pathChanged(final Session session, final int path) {
        events.add(() -> listener.pathChanged(session, path));
    }

    @Override
    public void rejected(final InetSocketAddress source, final Rejection reason, final String detail) {
        events.add(() -> listener.rejected(source, reason, detail));
    }

    @Override
    public void sessionUp(final Session session) {
        events.add(() -> listener.sessionUp(session));
    }

    @Override
    public void connectionLost(final Partner partner, final String detail) {
        events.add(() -> listener.connectionLost(partner, detail));
    }

    @Override
    public void livenessChanged(final Session session, final Liveness liveness, final Silence silence) {
        events.add(() -> listener.livenessChanged(session, liveness, silence));
    }

    @Override
    public void partnerDown(final Session ended, final Silence silence) {
        events.add(() -> listener.partnerDown(ended, silence));
    }

    @Override
    public void partnerRestarted(final Session ended, final BootId bootId) {
        events.add(() -> listener.partnerRestarted(ended, bootId));
    }

    @Override
    public void partnerLeft(final Session ended) {
        events.add(() -> listener.partnerLeft(ended));
    }

    @Override
    public void sessionDropped(final Session ended) {
        events.add(() -> listener.sessionDropped(ended));
    }
}
