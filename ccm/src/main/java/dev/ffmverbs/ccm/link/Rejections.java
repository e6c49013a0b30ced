// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.link;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Counts who was rejected and why, tells an observer of each, and logs the first of each source and reason: a stranger
 * who tries for ever fills no log. Thread-safe.
 */
public final class Rejections {

    /** Hears of each rejection. */
    @FunctionalInterface
    public interface Observer {

        /**
         * Somebody was rejected.
         *
         * @param source where the request came from, or the address that was not a partner's.
         * @param reason why.
         * @param detail all facts, in words.
         */
        void rejected(InetSocketAddress source, Rejection reason, String detail);
    }

    private static final Logger LOGGER = System.getLogger(Rejections.class.getName());
    private static final int SOURCES_REMEMBERED = 1024;

    private final Observer observer;
    private final Map<Rejection, Long> counts = new EnumMap<>(Rejection.class);
    private final Set<Map.Entry<InetAddress, Rejection>> logged = new HashSet<>();

    /**
     * No rejections yet.
     *
     * @param observer hears of each, on the thread that rejects.
     */
    public Rejections(final Observer observer) {
        this.observer = observer;
    }

    /**
     * Counts a rejection.
     *
     * @param source where the request came from.
     * @param reason why it was rejected.
     * @param detail all facts, in words.
     */
    public void add(final InetSocketAddress source, final Rejection reason, final String detail) {
        final boolean first;
        synchronized (counts) {
            counts.merge(reason, 1L, Long::sum);
            first = logged.size() < SOURCES_REMEMBERED && logged.add(Map.entry(source.getAddress(), reason));
        }
        if (first && reason != Rejection.LEAVING) {
            LOGGER.log(Level.WARNING, "rejected {0}: {1}; further rejections of it for this reason are counted only",
                source, detail);
        }
        observer.rejected(source, reason, detail);
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
}
