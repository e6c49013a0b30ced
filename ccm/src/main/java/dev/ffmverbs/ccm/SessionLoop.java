// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.VerbsException;
import dev.ffmverbs.ccm.link.IncomingRequest;
import dev.ffmverbs.ccm.link.LinkException;
import dev.ffmverbs.ccm.link.Rejection;
import dev.ffmverbs.cm.ConnectionException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The thread that drives the sessions with all partners.
 *
 * <p>While an operation is outstanding it polls, for as long as operations usually take; then it sleeps in short naps,
 * and otherwise until the next heartbeat is due.
 */
final class SessionLoop {

    private static final Logger LOGGER = System.getLogger(SessionLoop.class.getName());

    /** Longer than a READ takes on hardware, on the software devices of this project and on kernel rxe. */
    private static final long SPIN_NS = TimeUnit.MICROSECONDS.toNanos(250);
    private static final long NAP_NS = TimeUnit.MICROSECONDS.toNanos(50);
    private static final long LONGEST_SLEEP_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Map<String, PartnerSession> sessions;
    private final PartnerSession[] inOrder;
    private final long leaveTimeoutNs;
    private final Thread thread;
    private final Queue<IncomingRequest> requests = new ArrayDeque<>();
    private boolean acceptsRequests = true;
    private volatile boolean requestsWait;
    private Runnable announce;
    private volatile boolean leaving;
    private boolean allLetGo;

    SessionLoop(
        final Map<String, PartnerSession> sessions, final long leaveTimeoutNs, final String threadName) {
        this.sessions = sessions;
        this.inOrder = sessions.values().toArray(PartnerSession[]::new);
        this.leaveTimeoutNs = leaveTimeoutNs;
        this.thread = Thread.ofPlatform().daemon().name(threadName).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Takes a partner's request, on any thread; it is answered soon. */
    void submit(final IncomingRequest request) {
        synchronized (requests) {
            if (acceptsRequests) {
                requests.add(request);
                requestsWait = true;
                return;
            }
        }
        request.reject(Rejection.LEAVING);
    }

    void wakeUp() {
        LockSupport.unpark(thread);
    }

    /**
     * Lets all partners see that this node leaves.
     *
     * @param announcement publishes that it does; run when no session does anything new any more.
     * @return whether all have seen it, before the time for it was over.
     */
    boolean leave(final Runnable announcement) {
        announce = announcement;
        leaving = true;
        wakeUp();
        Threads.join(thread);
        return allLetGo;
    }

    private void run() {
        long idleSinceNs = System.nanoTime();
        while (!leaving) {
            final long delayNs = advanceAll();
            if (delayNs != PartnerSession.POLL_AGAIN) {
                LockSupport.parkNanos(this, Math.min(delayNs, LONGEST_SLEEP_NS));
                idleSinceNs = System.nanoTime();
            } else if (System.nanoTime() - idleSinceNs < SPIN_NS) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(this, NAP_NS);
            }
        }
        leaveAll();
        endRequests();
    }

    private void leaveAll() {
        final long deadlineNs = System.nanoTime() + leaveTimeoutNs;
        for (final PartnerSession session : inOrder) {
            session.leave();
        }
        announce.run();
        boolean connecting = true;
        while (connecting || !allLetGo && System.nanoTime() - deadlineNs < 0) {
            advanceAll();
            connecting = false;
            allLetGo = true;
            for (final PartnerSession session : inOrder) {
                connecting |= session.isConnecting();
                allLetGo &= session.hasLetGo();
            }
            LockSupport.parkNanos(this, NAP_NS);
        }
        for (final PartnerSession session : inOrder) {
            session.close();
        }
    }

    /** One round; returns the shortest time until a session has something to do. */
    private long advanceAll() {
        if (requestsWait) {
            answerRequests();
        }
        long delayNs = PartnerSession.NOTHING_DUE;
        for (final PartnerSession session : inOrder) {
            delayNs = Math.min(delayNs, advance(session));
        }
        return delayNs;
    }

    private static long advance(final PartnerSession session) {
        try {
            return session.advance();
        } catch (final RuntimeException e) {
            LOGGER.log(Level.WARNING, "a connection is begun again after a failure", e);
            session.failed(e);
            return NAP_NS;
        }
    }

    private void answerRequests() {
        while (true) {
            final IncomingRequest request;
            synchronized (requests) {
                request = requests.poll();
                if (request == null) {
                    requestsWait = false;
                    return;
                }
            }
            try {
                sessions.get(request.nodeName()).requested(request);
            } catch (final LinkException | ConnectionException | VerbsException | IllegalStateException e) {
                LOGGER.log(Level.DEBUG, "a request could not be answered; the partner tries again", e);
            }
        }
    }

    private void endRequests() {
        synchronized (requests) {
            acceptsRequests = false;
        }
        answerRequests();
    }
}
