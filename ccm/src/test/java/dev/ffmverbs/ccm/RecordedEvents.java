// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.value.AttemptOutcome;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.Liveness;
import dev.ffmverbs.ccm.value.Rejection;
import dev.ffmverbs.ccm.value.Silence;
import dev.ffmverbs.ccm.value.TraceEntry;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Records the events of sessions as words, in order. Attempts are recorded separately. */
class RecordedEvents implements SessionListener {

    final List<String> heard = new CopyOnWriteArrayList<>();
    final List<Session> sessions = new CopyOnWriteArrayList<>();
    final List<AttemptOutcome> failedAttempts = new CopyOnWriteArrayList<>();
    final List<Rejection> rejections = new CopyOnWriteArrayList<>();
    final List<String> exchange = new CopyOnWriteArrayList<>();

    /**
     * Returns what was heard, without suspicions and their end, because a busy machine keeps any partner silent for a
     * moment in real time.
     */
    List<String> heardOfSessions() {
        return heard.stream().filter(event -> !event.startsWith(Liveness.SUSPECT + " ")
            && !event.startsWith(Liveness.ALIVE + " ")).toList();
    }

    /** Waits for an event in real time. */
    void await(final String event, final Duration limit) throws InterruptedException {
        await(heard, event, limit);
    }

    /** Waits for a step of the handshake, or of what follows it. */
    void awaitStep(final String step, final Duration limit) throws InterruptedException {
        await(exchange, step, limit);
    }

    private void await(final List<String> events, final String event, final Duration limit)
        throws InterruptedException {
        final long startNs = System.nanoTime();
        while (!events.contains(event)) {
            if (System.nanoTime() - startNs > limit.toNanos()) {
                throw new AssertionError("no \"" + event + "\" within " + limit + ", only " + events
                    + "; failed attempts: " + failedAttempts);
            }
            Thread.sleep(1);
        }
    }

    /** Waits until an attempt has ended with this outcome. */
    void awaitOutcome(final AttemptOutcome outcome, final Duration limit) throws InterruptedException {
        final long startNs = System.nanoTime();
        while (!failedAttempts.contains(outcome)) {
            if (System.nanoTime() - startNs > limit.toNanos()) {
                throw new AssertionError("no attempt ended with " + outcome + " within " + limit + ", only "
                    + failedAttempts + "; heard " + heard);
            }
            Thread.sleep(1);
        }
    }

    @Override
    public void attemptFailed(final Partner partner, final AttemptOutcome outcome, final String detail) {
        failedAttempts.add(outcome);
    }

    @Override
    public void connectionRejected(final InetSocketAddress source, final Rejection reason, final String detail) {
        rejections.add(reason);
    }

    @Override
    public void pathChanged(final Session session, final int path) {
        heard.add("path " + path);
    }

    @Override
    public void handshakeStep(final Partner partner, final TraceEntry entry) {
        exchange.add(entry.step().name());
    }

    @Override
    public void exchangeStep(final Partner partner, final ExchangeStep step, final String client) {
        exchange.add(client.isEmpty() ? step.name() : step + " " + client);
    }

    @Override
    public void sessionUp(final Session session) {
        sessions.add(session);
        heard.add("up " + sessions.size());
    }

    @Override
    public void connectionLost(final Partner partner, final String detail) {
        heard.add("lost");
    }

    @Override
    public void livenessChanged(final Session session, final Liveness liveness, final Silence silence) {
        heard.add(liveness + " " + silence);
    }

    @Override
    public void partnerDown(final Session ended, final Silence silence) {
        heard.add("down");
    }

    @Override
    public void partnerRestarted(final Session ended, final BootId bootId) {
        heard.add("restarted");
    }

    @Override
    public void partnerLeft(final Session ended) {
        heard.add("left");
    }

    @Override
    public void sessionDropped(final Session ended) {
        heard.add("dropped");
    }
}
