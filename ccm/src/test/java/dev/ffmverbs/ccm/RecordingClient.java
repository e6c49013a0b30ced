// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A client that records its notifications in order. */
class RecordingClient implements ClusterClient {

    final List<String> heard = new CopyOnWriteArrayList<>();
    final List<ClientSession> sessions = new CopyOnWriteArrayList<>();
    final List<String> details = new CopyOnWriteArrayList<>();

    private static final long LIMIT_S = 30;

    private final ClientRequirements requirements;
    private final BlockingQueue<String> news = new LinkedBlockingQueue<>();

    RecordingClient(final String name, final int ports, final long memoryBytes) {
        requirements = new ClientRequirements(name, ports, memoryBytes);
    }

    private void hear(final String event) {
        heard.add(event);
        news.add(event);
    }

    /** Waits for an event that nobody has waited for yet, and skips those before it. */
    void await(final String event) throws InterruptedException {
        await(event::equals, event);
    }

    /** Waits for an event with this beginning. */
    void awaitAny(final String beginning) throws InterruptedException {
        await(event -> event.startsWith(beginning), beginning + "...");
    }

    private void await(final Predicate<String> wanted, final String event) throws InterruptedException {
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_S);
        while (true) {
            final String next = news.poll(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null) {
                throw new AssertionError("client " + requirements.name() + " did not hear \"" + event + "\" within "
                    + LIMIT_S + " s, only " + heard + " " + details);
            }
            if (wanted.test(next)) {
                return;
            }
        }
    }

    ClientSession ready() throws InterruptedException {
        await("ready");
        return sessions.getLast();
    }

    @Override
    public ClientRequirements requirements() {
        return requirements;
    }

    @Override
    public void partnerReady(final ClientSession session) {
        sessions.add(session);
        hear("ready");
    }

    @Override
    public void pathChanged(final ClientSession session) {
        sessions.add(session);
        hear("path changed");
    }

    @Override
    public void portsClosed(final ClientSession ended) {
        hear("closed");
    }

    @Override
    public void partnerDown(final ClientSession ended) {
        hear("down");
    }

    @Override
    public void partnerRestarted(final ClientSession ended) {
        hear("restarted");
    }

    @Override
    public void partnerLeft(final ClientSession ended) {
        hear("left");
    }

    @Override
    public void sessionDropped(final ClientSession ended) {
        hear("dropped");
    }

    @Override
    public void portsRefused(final Session session, final ClientRefusal reason, final String detail) {
        details.add(detail);
        hear("refused " + reason);
    }
}
