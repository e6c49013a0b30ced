// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import dev.ffmverbs.ccm.value.Rejection;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Counts who was rejected and why, and tells an observer and the log of it as often as a person can read.
 *
 * <p>All rejections are counted. The observer hears of the first of each source and reason, and of further ones at most
 * every {@value #TOLD_AGAIN_SECONDS} seconds; in all it hears of {@value #TOLD_AT_ONCE} at once and one per second. The
 * log has the first of each source and reason, {@value #LOGGED_AT_ONCE} at once and one per minute. What is told says
 * how many were not. So strangers who keep trying, from however many addresses, cost neither memory nor disk.
 *
 * <p>Thread-safe.
 */
public final class Rejections {

    /** Hears of rejections. */
    @FunctionalInterface
    public interface Observer {

        /**
         * A request, or an answer at a partner's address, was rejected.
         *
         * @param source where the request came from, or the address that was not a partner's.
         * @param reason why.
         * @param detail all facts, in words.
         */
        void onRejection(InetSocketAddress source, Rejection reason, String detail);
    }

    static final int TOLD_AGAIN_SECONDS = 10;
    static final int TOLD_AT_ONCE = 32;
    static final int LOGGED_AT_ONCE = 32;
    static final int SOURCES_REMEMBERED = 1024;

    private static final long TOLD_AGAIN_NS = TimeUnit.SECONDS.toNanos(TOLD_AGAIN_SECONDS);

    private static final Logger LOGGER = System.getLogger(Rejections.class.getName());

    /** An address that was rejected, and why. */
    private record Source(InetAddress address, Rejection reason) {
    }

    /** When the observer was told of a source for the last time, and what it was not told since. */
    private static final class Told {
        private final long lastNs;
        private long untold;

        Told(final long nowNs) {
            lastNs = nowNs;
        }
    }

    private final String node;
    private final Observer observer;
    private final LongSupplier clock;
    private final Map<Rejection, Long> counts = new EnumMap<>(Rejection.class);
    private final Map<Source, Told> sources = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(final Map.Entry<Source, Told> eldest) {
            return size() > SOURCES_REMEMBERED;
        }
    };
    private final Allowance telling;
    private final Allowance logging;
    private long unlogged;

    /**
     * No rejections yet.
     *
     * @param node     name of the node that rejects, for the log.
     * @param observer hears of rejections, on the thread that rejects.
     */
    public Rejections(final String node, final Observer observer) {
        this(node, observer, System::nanoTime);
    }

    Rejections(final String node, final Observer observer, final LongSupplier clock) {
        this.node = node;
        this.observer = observer;
        this.clock = clock;
        this.telling = new Allowance(TOLD_AT_ONCE, TimeUnit.SECONDS.toNanos(1), clock.getAsLong());
        this.logging = new Allowance(LOGGED_AT_ONCE, TimeUnit.MINUTES.toNanos(1), clock.getAsLong());
    }

    /**
     * Counts a rejection.
     *
     * @param source where the request came from.
     * @param reason why it was rejected.
     * @param detail all facts, in words.
     */
    public void add(final InetSocketAddress source, final Rejection reason, final String detail) {
        final String untold;
        final String logged;
        synchronized (counts) {
            counts.merge(reason, 1L, Long::sum);
            final long nowNs = clock.getAsLong();
            final Source key = new Source(source.getAddress(), reason);
            final Told before = sources.get(key);
            if (before != null && nowNs - before.lastNs < TOLD_AGAIN_NS || !telling.take(nowNs)) {
                leaveUntold(before);
                return;
            }
            untold = before == null || before.untold == 0 ? ""
                : "; " + before.untold + " more of it for this reason since the last that was told";
            sources.put(key, new Told(nowNs));
            logged = before == null && reason != Rejection.LEAVING ? takeUnlogged(nowNs) : null;
        }
        if (logged != null) {
            LOGGER.log(Level.WARNING, "node {0} rejected {1}: {2}; further rejections of it for this reason are counted"
                + " only{3}", node, source.getAddress().getHostAddress(), detail, logged);
        }
        observer.onRejection(source, reason, detail + untold);
    }

    private void leaveUntold(final Told before) {
        if (before == null) {
            unlogged++;
        } else {
            before.untold++;
        }
    }

    /** What a line of the log says of lines that there are not; null when there is to be none. */
    private String takeUnlogged(final long nowNs) {
        if (!logging.take(nowNs)) {
            unlogged++;
            return null;
        }
        final long since = unlogged;
        unlogged = 0;
        return since == 0 ? "" : "; " + since + " other rejections have not been logged";
    }

    /**
     * How many were rejected.
     *
     * @return a copy; reasons that never occurred are not in it.
     */
    public Map<Rejection, Long> counts() {
        synchronized (counts) {
            return Map.copyOf(counts);
        }
    }

    /** Sources and reasons that further rejections are compared with. */
    int sourceCount() {
        synchronized (counts) {
            return sources.size();
        }
    }
}
