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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * The thread that drives the sessions with all partners.
 *
 * <p>It sleeps until something happens: an operation completes, a partner writes or asks for a connection, a session is
 * woken or one is due. Each turn serves only the sessions that something happened to. A late turn does not delay the
 * next one.
 *
 * <p>A failure in one session is logged with the names of node and partner. That session connects again, and no other
 * is affected. Nothing that a session or a device throws ends the thread.
 */
final class SessionLoop {

    /** When a session that has failed is driven again: late enough not to take time from the others. */
    private static final long AFTER_FAILURE_NS = TimeUnit.MILLISECONDS.toNanos(20);

    /** Sessions driven, and requests answered, before completions are polled again. */
    private static final int MOST_PER_TURN = 64;
    static final int MOST_REQUESTS_PER_TURN = 4;

    /**
     * After this time, completions are polled again, however few sessions were driven and requests answered. Connecting
     * and accepting take longer than a turn of a session that is connected.
     */
    private static final long LONG_TURN_NS = TimeUnit.MILLISECONDS.toNanos(1);

    /** Most attempts to leave, if something fails on the way. */
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
    private final RequestQueue requests = new RequestQueue();
    private Runnable announce;
    private volatile boolean leaving;
    private long leaveStartNs;
    private int leaveTries;
    private boolean allLetGo;

    /** Whether the last turn was not finished, and may not have served every session. */
    private boolean disturbed;

    /** When each session's failure was logged last; used only after a failure. */
    private final Map<String, Long> reportedNs = new HashMap<>();
    private volatile long lastTurnNs = System.nanoTime();

    /** Whether the loop is to turn, and whether it has to be woken for that. */
    private final AtomicBoolean wakeUpAsked = new AtomicBoolean();
    private volatile boolean asleep;

    /**
     * Creates a loop without sessions.
     *
     * @param nodeName    name of this node, for the thread and the log.
     * @param logger      receives failures.
     * @param completions where operations complete.
     * @param timeouts    time limits for partners to see that this node leaves, and for attempts to connect.
     */
    SessionLoop(
        final String nodeName, final Logger logger, final CompletionSource completions, final Timeouts timeouts) {
        this.nodeName = nodeName;
        this.logger = logger;
        this.completions = completions;
        this.leaveTimeoutNs = timeouts.leave().toNanos();
        this.attemptTimeoutNs = LinkKeeper.giveUpAfterNs(timeouts);
        this.thread = new NodeThread("ccm-sessions-" + nodeName,
            () -> "node " + nodeName + ": the session loop failed; it continues", this::turnOrLeave);
    }

    /**
     * Adds a session. Called before the loop is started.
     *
     * @param partnerName name of the partner.
     * @param session     creates the session, from the action that wakes it; any thread may call that action at any
     *                    time.
     */
    void add(final String partnerName, final Function<Runnable, PartnerSession> session) {
        final SessionAlarm alarm = new SessionAlarm();
        alarm.entry = schedule.add(session.apply(alarm));
        sessions.put(partnerName, alarm.entry);
    }

    /** Wakes one session. */
    private final class SessionAlarm implements Runnable {

        /** Null while the session is being created; it is due then anyway. */
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

    /** Queues a partner's request, which is answered soon. Any thread may call this. */
    void submit(final IncomingRequest request) {
        if (requests.add(request)) {
            wakeUp();
        } else {
            request.reject(Rejection.LEAVING);
        }
    }

    /** Makes the loop turn soon. Any thread may call this, at any rate. */
    void wakeUp() {
        if (!thread.isCurrent() && !wakeUpAsked.getAndSet(true) && asleep) {
            completions.wakeUp();
        }
    }

    /** Wakes the loop even if it was woken before, because a failure may have swallowed that. */
    void wakeUpAgain() {
        wakeUpAsked.set(true);
        completions.wakeUp();
    }

    /** Makes every session do what is due. Any thread may call this. */
    void wakeAll() {
        sessions.values().forEach(schedule::wake);
        wakeUp();
    }

    /**
     * When the loop turned last, in nanoseconds of {@link System#nanoTime}; any thread may call this.
     *
     * <p>An idle loop sleeps. A loop that does not turn soon after {@link #wakeUp} cannot judge partners.
     */
    long lastTurnNs() {
        return lastTurnNs;
    }

    /**
     * Lets all partners see that this node leaves, and ends the sessions. It takes a bounded time, even if parts of it
     * fail.
     *
     * @param announcement publishes that the node leaves; runs once no session starts anything new.
     * @return whether all partners have seen it within the time limit.
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

    /** Performs one turn and sleeps until the next. After a failed turn, every session is driven. */
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
        completions.poll();
        lastTurnNs = System.nanoTime();
        if (requests.isWaiting()) {
            answerRequests();
        }
        long nowNs = System.nanoTime();
        final long endNs = nowNs + LONG_TURN_NS;
        for (int left = Math.min(MOST_PER_TURN, schedule.collect(nowNs)); left > 0 && endNs - nowNs > 0; left--) {
            nowNs = advance(schedule.next());
        }
    }

    private void sleep(final long longestNs) {
        asleep = true;
        if (!schedule.isAnyReady() && !requests.isWaiting() && !wakeUpAsked.get()) {
            final long untilNextNs = Math.min(longestNs, schedule.untilNextNs(System.nanoTime()));
            if (untilNextNs > 0) {
                completions.await(untilNextNs);
            }
        }
        asleep = false;
    }

    /** Drives a session, and returns the time afterwards. */
    private long advance(final Schedule.Entry<PartnerSession> entry) {
        final PartnerSession session = entry.owner();
        long delayNs = AFTER_FAILURE_NS;
        try {
            delayNs = session.advance();
        } catch (final RuntimeException | Error e) {
            report(session, "failed unexpectedly; it connects again", e);
            attempt(session, "cannot connect again yet", () -> session.handleFailure(e));
        }
        final long nowNs = System.nanoTime();
        schedule.setDue(entry, nowNs, delayNs);
        return nowNs;
    }

    /** Performs an action for one session, and logs what it throws. */
    private void attempt(final PartnerSession session, final String ifItFails, final Runnable action) {
        try {
            action.run();
        } catch (final RuntimeException | Error e) {
            report(session, ifItFails, e);
        }
    }

    /** Logs a failure, as far as that is still possible; limits the log lines of failures that repeat. */
    private void report(final PartnerSession session, final String what, final Throwable failure) {
        try {
            final String subject = session == null ? "the session loop"
                : "session with " + session.partner().name();
            final long nowNs = System.nanoTime();
            final Long last = reportedNs.put(subject, nowNs);
            logger.log(last == null || nowNs - last > BETWEEN_REPORTS_NS ? Level.WARNING : Level.DEBUG,
                "node " + nodeName + ": " + subject + " " + what, failure);
        } catch (final RuntimeException | Error cannotBeLogged) {
            // There may be too little memory even for the log. The loop continues anyway.
        }
    }

    private void answerRequests() {
        final long endNs = System.nanoTime() + LONG_TURN_NS;
        int left = MOST_REQUESTS_PER_TURN;
        while (left > 0 && answerFirst() && endNs - System.nanoTime() > 0) {
            left--;
        }
    }

    /** Answers the first request. Returns false if there is none. */
    private boolean answerFirst() {
        final IncomingRequest request = requests.first();
        if (request != null) {
            answer(request);
        }
        return request != null;
    }

    /** Answers the first request. It is removed as late as possible, so that a failure before does not lose it. */
    private void answer(final IncomingRequest request) {
        final Schedule.Entry<PartnerSession> asked = sessions.get(request.nodeName());
        if (asked == null) {
            requests.removeFirst();
            attempt(null, "cannot reject a request of " + request.nodeName(),
                () -> request.reject(Rejection.UNKNOWN_NODE));
            return;
        }
        final PartnerSession session = asked.owner();
        schedule.wake(asked);
        requests.removeFirst();
        if (request.isWithdrawn()) {
            return;
        }
        try {
            session.answer(request);
        } catch (final LinkException | ConnectionException | VerbsException | IllegalStateException e) {
            logger.log(Level.DEBUG, "node " + nodeName + ": a request of " + request.nodeName()
                + " could not be answered; the partner tries again", e);
        } catch (final RuntimeException | Error e) {
            report(session, "cannot answer a request; the partner tries again", e);
        }
    }

    /** Leaves. Called again after a failure, it does the rest. */
    private void leaveAll() {
        final List<PartnerSession> left = new ArrayList<>();
        for (final Schedule.Entry<PartnerSession> entry : sessions.values()) {
            final PartnerSession session = entry.owner();
            left.add(session);
            attempt(session, "cannot leave cleanly", session::leave);
            schedule.wake(entry);
        }
        attempt(null, "cannot announce that it leaves", announce);
        awaitLettingGo(left);
        for (final Schedule.Entry<PartnerSession> entry : sessions.values()) {
            attempt(entry.owner(), "cannot close its connections", entry.owner()::close);
        }
    }

    /**
     * Turns until all partners have disconnected or the time limit has passed, and no attempt to connect is under way.
     * Attempts that do not end in time, because completions cannot be polled, are not waited for.
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
        requests.close();
        boolean more = true;
        while (more) {
            more = answerFirst();
        }
    }

    @Override
    public String toString() {
        return "SessionLoop of " + nodeName + ": " + sessions.size() + " sessions" + (leaving ? ", leaving" : "");
    }
}
