// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import java.util.concurrent.TimeUnit;

/**
 * Limits which texts about packets are logged. No text is logged twice in a row, {@value #AT_ONCE} are logged at once,
 * then one per minute.
 *
 * <p>Strangers can influence such texts, for example through the destination address of a response.
 *
 * <p>Not thread-safe.
 */
final class LogLimit {

    static final int AT_ONCE = 16;

    private static final long PAUSE_NS = TimeUnit.MINUTES.toNanos(1);

    private String last = "";
    private int logged;
    private long loggedNs;

    /** Returns whether a text may be logged now. If so, counts it as logged. */
    boolean tryAdmit(final String text, final long nowNs) {
        if (text.equals(last) || logged >= AT_ONCE && nowNs - loggedNs < PAUSE_NS) {
            return false;
        }
        last = text;
        logged = Math.min(logged + 1, AT_ONCE);
        loggedNs = nowNs;
        return true;
    }
}
