// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.VerbsException;
import dev.ffmverbs.ccm.internal.link.CompletionSource;
import dev.ffmverbs.ccm.internal.link.IncomingRequest;
import dev.ffmverbs.ccm.internal.link.LinkException;
import dev.ffmverbs.ccm.internal.thread.NodeThread;
import dev.ffmverbs.ccm.internal.thread.Schedule;
import dev.ffmverbs.ccm.value.Rejection;
import dev.ffmverbs.ccm.value.Timeouts;
import dev.ffmverbs.cm.ConnectionException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * The thread that drives the sessions with all partners.
 *
 * <p>It sleeps until something happens: an operation completes, a partner writes or asks for a connection, a session is
 * woken, or the time of one has come. Each turn it does what is to be done for those that something happened to, and
 * for no other. How late a turn is has no influence on when the next one is.
 *
 * <p>What goes wrong in one session is logged with the names of node and partner, makes that session connect again, and
 * touches no other. Nothing that a session or a device throws ends the thread.
 */
final class SessionLoop {

    /** When a session that has failed is driven again: long enough not to take the time of the others. */
    private static final long AFTER_FAILURE_NS = TimeUnit.MILLISECONDS.toNanos(20);

    /** Sessions driven before completions are looked for again. */
    private static final int MOST_PER_TURN = 64;

    /** How often leaving is tried in all when something fails on the way. */
    private static final int LEAVE_TRIES = 100;
    private static final long BETWEEN_REPORTS_NS = TimeUnit.SECONDS.toNanos(1);

    private final String nodeName;
    private final Logger logger;
    private final CompletionSource completions;
    private final long leaveTimeoutNs;
    private final long attemptTimeoutNs;
    private final NodeThread thread;
    private final Schedule<PartnerSession> schedule = new Schedule<>();
    private final Map<String, Schedule.Entry<PartnerSession>> sessions = new HashMap<>();
    private final Queue<IncomingRequest> requests = new ArrayDeque<>();
    private boolean acceptsRequests = true;
    private volatile boolean requestsWait;
    private Runnable announce;
    private volatile boolean leaving;
    private long leaveStartNs;
    private int leaveTries;
    private boolean allLetGo;

    /** A turn was not finished: what it was about to do for a session may be undone. */
    private boolean disturbed;

    /** When each session's failure was logged last; used when something fails only. */
    private final Map<String, Long> reportedNs = new HashMap<>();
    private volatile long lastTurnNs = System.nanoTime();

    /** Whether the loop is to turn, and whether it has to be woken for that. */
    private final AtomicBoolean wakeUpAsked = new AtomicBoolean();
    private volatile boolean asleep;

    /**
     * A loop without sessions.
     *
     * @param nodeName    name of this node, for the thread and the log.
     * @param logger      gets what goes wrong.
     * @param completions where operations complete.
     * @param timeouts    how long to wait for partners to see that this node leaves, and for attempts to connect.
     */
    SessionLoop(
        final String nodeName, final Logger logger, final CompletionSource completions, final Timeouts timeouts) {
        this.nodeName = nodeName;
        this.logger = logger;
        this.completions = completions;
        this.leaveTimeoutNs = timeouts.leave().toNanos();
        this.attemptTimeoutNs = LinkKeeper.giveUpAfterNs(timeouts);
        this.thread = new NodeThread("ccm-sessions-" + nodeName,
            () -> "node " + nodeName + ": the loop of the sessions failed; it goes on", this::turnOrLeave);
    }

    /**
     * Adds a session, before the loop is started.
     *
     * @param partnerName name of the partner.
     * @param session     makes the session; gets what wakes it, which any thread may call at any time.
     */
    void add(final String partnerName, final Function<Runnable, PartnerSession> session) {
        final SessionAlarm alarm = new SessionAlarm();
        alarm.entry = schedule.add(session.apply(alarm));
        sessions.put(partnerName, alarm.entry);
    }

    /** Wakes one session. */
    private final class SessionAlarm implements Runnable {

        /** Null while the session is made; then it has something to do anyway. */
        private volatile Schedule.Entry<PartnerSession> entry;

        @Override
        public void run() {
            final Schedule.Entry<PartnerSession> woken = entry;
            if (woken != null) {
                schedule.wake(woken);
                wakeUp();
            }
        }
    }

    void start() {
        thread.start();
    }

    /** Takes a partner's request, on any thread; it is answered soon. */
    void submit(final IncomingRequest request) {
        final boolean accepted;
        synchronized (requests) {
            accepted = acceptsRequests;
            if (accepted) {
                requests.add(request);
                requestsWait = true;
            }
        }
        if (accepted) {
            wakeUp();
        } else {
            request.reject(Rejection.LEAVING);
        }
    }

    /** Makes the loop turn soon; any thread may call, as often as it likes. */
    void wakeUp() {
        if (!thread.isCurrent() && !wakeUpAsked.getAndSet(true) && asleep) {
            completions.wakeUp();
        }
    }

    /** Wakes the loop again, although it was woken before: a failure may have swallowed that. */
    void wakeUpAgain() {
        wakeUpAsked.set(true);
        completions.wakeUp();
    }

    /** Makes all sessions do what is to be done; any thread may call. */
    void wakeAll() {
        sessions.values().forEach(schedule::wake);
        wakeUp();
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
     * Lets all partners see that this node leaves, and ends the sessions; it takes a bounded time, whatever fails.
     *
     * @param announcement publishes it; runs once no session starts anything new.
     * @return whether all have seen it, before the time for it was over.
     */
    boolean leave(final Runnable announcement) {
        announce = announcement;
        leaveStartNs = System.nanoTime();
        leaving = true;
        wakeUp();
        thread.join(Long.MAX_VALUE);
        return allLetGo;
    }

    private void turnOrLeave() {
        if (leaving) {
            leaveTries++;
            if (leaveTries >= LEAVE_TRIES) {
                thread.end();
            }
            leaveAll();
            endRequests();
            thread.end();
        } else {
            turnAndSleep(Schedule.NEVER);
        }
    }

    /** One turn, and then sleep until the next. After a turn that failed, every session is driven. */
    private void turnAndSleep(final long longestNs) {
        try {
            if (disturbed) {
                schedule.makeAllReady(sessions.values());
            }
            disturbed = true;
            turn();
            disturbed = false;
            sleep(longestNs);
        } catch (final RuntimeException | Error e) {
            asleep = false;
            report(null, "cannot poll or wait for completions; it tries again", e);
            LockSupport.parkNanos(this, AFTER_FAILURE_NS);
        }
    }

    private void turn() {
        wakeUpAsked.set(false);
        if (requestsWait) {
            answerRequests();
        }
        completions.poll();
        final long nowNs = System.nanoTime();
        lastTurnNs = nowNs;
        for (int left = Math.min(MOST_PER_TURN, schedule.collect(nowNs)); left > 0; left--) {
            advance(schedule.next());
        }
    }

    private void sleep(final long longestNs) {
        asleep = true;
        if (!schedule.isAnyReady() && !requestsWait && !wakeUpAsked.get()) {
            final long untilNextNs = Math.min(longestNs, schedule.untilNextNs(System.nanoTime()));
            if (untilNextNs > 0) {
                completions.await(untilNextNs);
            }
        }
        asleep = false;
    }

    private void advance(final Schedule.Entry<PartnerSession> entry) {
        final PartnerSession session = entry.owner();
        long delayNs = AFTER_FAILURE_NS;
        try {
            delayNs = session.advance();
        } catch (final RuntimeException | Error e) {
            report(session, "failed unexpectedly; it connects again", e);
            attempt(session, "cannot connect again yet", () -> session.handleFailure(e));
        }
        schedule.setDue(entry, System.nanoTime(), delayNs);
    }

    /** Does something for one session; what it throws is logged. */
    private void attempt(final PartnerSession session, final String ifItFails, final Runnable action) {
        try {
            action.run();
        } catch (final RuntimeException | Error e) {
            report(session, ifItFails, e);
        }
    }

    /** Logs what went wrong, as far as that is possible still; of what goes wrong again and again, not everything. */
    private void report(final PartnerSession session, final String what, final Throwable failure) {
        try {
            final String subject = session == null ? "the loop of the sessions"
                : "session with " + session.partner().name();
            final long nowNs = System.nanoTime();
            final Long last = reportedNs.put(subject, nowNs);
            logger.log(last == null || nowNs - last > BETWEEN_REPORTS_NS ? Level.WARNING : Level.DEBUG,
                "node " + nodeName + ": " + subject + " " + what, failure);
        } catch (final RuntimeException | Error cannotBeLogged) {
            // There may be no memory left even to say so; the loop goes on nevertheless.
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
            answer(request);
        }
    }

    private void answer(final IncomingRequest request) {
        final Schedule.Entry<PartnerSession> asked = sessions.get(request.nodeName());
        if (asked == null) {
            attempt(null, "cannot reject a request of " + request.nodeName(),
                () -> request.reject(Rejection.UNKNOWN_NODE));
            return;
        }
        try {
            asked.owner().answer(request);
        } catch (final LinkException | ConnectionException | VerbsException | IllegalStateException e) {
            logger.log(Level.DEBUG, "node " + nodeName + ": a request of " + request.nodeName()
                + " could not be answered; the partner tries again", e);
        } catch (final RuntimeException | Error e) {
            report(asked.owner(), "cannot answer a request; the partner tries again", e);
        }
        schedule.wake(asked);
    }

    /** Leaves; doing so again, after something has failed on the way, does the rest. */
    private void leaveAll() {
        final List<PartnerSession> left = new ArrayList<>();
        for (final Schedule.Entry<PartnerSession> entry : sessions.values()) {
            final PartnerSession session = entry.owner();
            left.add(session);
            attempt(session, "cannot leave in order", session::leave);
            schedule.wake(entry);
        }
        attempt(null, "cannot announce that it leaves", announce);
        awaitLettingGo(left);
        for (final Schedule.Entry<PartnerSession> entry : sessions.values()) {
            attempt(entry.owner(), "cannot close its connections", entry.owner()::close);
        }
    }

    /**
     * Goes on until all partners have let go or the time for it is over, and no attempt to connect is under way; those
     * that do not end when they should, because nothing can be polled for, are not waited for.
     */
    private void awaitLettingGo(final List<PartnerSession> left) {
        while (true) {
            left.removeIf(session -> session.hasLetGo() && !session.isConnecting());
            allLetGo = left.stream().allMatch(PartnerSession::hasLetGo);
            final long leftNs = leaveTimeoutNs - (System.nanoTime() - leaveStartNs);
            if (left.isEmpty() || leftNs <= -attemptTimeoutNs
                || leftNs <= 0 && left.stream().noneMatch(PartnerSession::isConnecting)) {
                return;
            }
            turnAndSleep(leftNs > 0 ? leftNs : AFTER_FAILURE_NS);
        }
    }

    private void endRequests() {
        synchronized (requests) {
            acceptsRequests = false;
        }
        answerRequests();
    }
}
