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
 * Counts rejections by source and reason, and reports them to an observer and the log no more often than a person can
 * read.
 *
 * <p>All rejections are counted. The observer is notified of the first of each source and reason, and of further ones
 * at most every {@value #TOLD_AGAIN_SECONDS} seconds. Altogether it is notified of at most {@value #TOLD_AT_ONCE} at
 * once and then one per second. The log has the first of each source and reason, at most {@value #LOGGED_AT_ONCE} at
 * once and then one per minute. Each report says how many were left out. Therefore strangers who keep trying, from any
 * number of addresses, cost neither memory nor disk space.
 *
 * <p>Thread-safe.
 */
public final class Rejections {

    /** Is notified of rejections. */
    @FunctionalInterface
    public interface Observer {

        /**
         * Handles the rejection of a request, or of an answer at a partner's address.
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

    /** An address that was rejected, and the reason. */
    private record Source(InetAddress address, Rejection reason) {
    }

    /** When the observer was last notified of a source, and the rejections of it since then. */
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
     * Creates an empty count.
     *
     * @param node     name of the node that rejects, for the log.
     * @param observer is notified of rejections, on the thread that rejects.
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
     * Counts a rejection and reports it if that is due.
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
                : "; " + before.untold + " more from there for this reason since the last report";
            sources.put(key, new Told(nowNs));
            logged = before == null && reason != Rejection.LEAVING ? takeUnlogged(nowNs) : null;
        }
        if (logged != null) {
            LOGGER.log(Level.WARNING, "node {0} rejected {1}: {2}; further rejections from there for this reason"
                + " are only counted{3}", node, source.getAddress().getHostAddress(), detail, logged);
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

    /** Returns what a line of the log says about omitted lines; null if no line is logged now. */
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
     * Returns how many rejections there were for each reason.
     *
     * @return a copy; reasons that never occurred are not in it.
     */
    public Map<Rejection, Long> counts() {
        synchronized (counts) {
            return Map.copyOf(counts);
        }
    }

    /** Returns how many sources and reasons further rejections are compared with. */
    int sourceCount() {
        synchronized (counts) {
            return sources.size();
        }
    }
}
