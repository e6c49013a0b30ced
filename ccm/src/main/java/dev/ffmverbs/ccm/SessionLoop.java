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
 * <p>While an operation is outstanding it polls, for as long as operations usually take; then it sleeps in naps, which
 * make no wait longer by more than a part of it; otherwise it sleeps until the next heartbeat is due. On a machine with
 * more to do than it can, naps that stayed short would take the time from whom they wait for.
 */
final class SessionLoop {

    private static final Logger LOGGER = System.getLogger(SessionLoop.class.getName());

    /** Longer than a READ takes on hardware, on the software devices of this project and on kernel rxe. */
    private static final long SPIN_NS = TimeUnit.MICROSECONDS.toNanos(250);
    private static final long NAP_NS = TimeUnit.MICROSECONDS.toNanos(50);
    private static final long LONGEST_NAP_NS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long NAPS_PER_WAIT = 8;
    private static final long NOBODY_WAITS = Long.MAX_VALUE;
    private static final long NOT_WAITING = 0;
    private static final long LONGEST_SLEEP_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Map<String, PartnerSession> sessions;
    private final PartnerSession[] inOrder;

    /** Since when each session has been waiting for operations. */
    private final long[] waitingSinceNs;
    private final long leaveTimeoutNs;
    private final Thread thread;
    private final Queue<IncomingRequest> requests = new ArrayDeque<>();
    private boolean acceptsRequests = true;
    private volatile boolean requestsWait;
    private Runnable announce;
    private volatile boolean leaving;
    private boolean allLetGo;
    private volatile long lastTurnNs = System.nanoTime();

    /** For how long the session that began last to wait for an operation has waited. */
    private long latestWaitNs;

    /** Time until a session that waits for no operation has something to do. */
    private long nextDueNs;

    SessionLoop(
        final Map<String, PartnerSession> sessions, final long leaveTimeoutNs, final String threadName) {
        this.sessions = sessions;
        this.inOrder = sessions.values().toArray(PartnerSession[]::new);
        this.waitingSinceNs = new long[inOrder.length];
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

    /** Makes the loop turn soon; any thread may call, as often as it likes. */
    void wakeUp() {
        LockSupport.unpark(thread);
    }

    /**
     * When the loop turned last, in nanoseconds of {@link System#nanoTime}; any thread may ask.
     *
     * <p>A loop that has nothing to do sleeps. One that does not turn soon after {@link #wakeUp} cannot judge partners.
     */
    long lastTurnNs() {
        return lastTurnNs;
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
        while (!leaving) {
            advanceAll();
            if (latestWaitNs < SPIN_NS) {
                Thread.onSpinWait();
            } else {
                final long napNs = latestWaitNs == NOBODY_WAITS ? LONGEST_SLEEP_NS
                    : Math.clamp(latestWaitNs / NAPS_PER_WAIT, NAP_NS, LONGEST_NAP_NS);
                LockSupport.parkNanos(this, Math.min(napNs, nextDueNs));
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

    /** One round; notes when there is something to do again. */
    private void advanceAll() {
        lastTurnNs = System.nanoTime();
        if (requestsWait) {
            answerRequests();
        }
        final long nowNs = System.nanoTime();
        latestWaitNs = NOBODY_WAITS;
        nextDueNs = PartnerSession.NOTHING_DUE;
        for (int i = 0; i < inOrder.length; i++) {
            final long delayNs = advance(inOrder[i]);
            if (delayNs != PartnerSession.POLL_AGAIN) {
                waitingSinceNs[i] = NOT_WAITING;
                nextDueNs = Math.min(nextDueNs, delayNs);
                continue;
            }
            if (waitingSinceNs[i] == NOT_WAITING) {
                waitingSinceNs[i] = nowNs;
            }
            latestWaitNs = Math.min(latestWaitNs, nowNs - waitingSinceNs[i]);
        }
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
