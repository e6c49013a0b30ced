// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import java.security.SecureRandom;
import java.util.BitSet;

/**
 * The port numbers of one address that are taken, as {@code RDMA_PS_TCP} has them; they are not those of TCP or UDP.
 *
 * <p>Thread-safe.
 */
final class PortNumbers {

    /** The range Linux gives ports from, by default ({@code ip_local_port_range}). */
    private static final int FIRST_EPHEMERAL = 32_768;
    private static final int LAST_EPHEMERAL = 60_999;
    private static final int EPHEMERAL_COUNT = LAST_EPHEMERAL - FIRST_EPHEMERAL + 1;

    private final SecureRandom random;
    private final BitSet taken = new BitSet();

    PortNumbers(final SecureRandom random) {
        this.random = random;
    }

    /** Takes a port; false when another has it. */
    synchronized boolean take(final int port) {
        if (taken.get(port)) {
            return false;
        }
        taken.set(port);
        return true;
    }

    /** Takes any free port of the ephemeral range, or returns -1 when there is none. */
    synchronized int takeAny() {
        final int start = random.nextInt(EPHEMERAL_COUNT);
        for (int i = 0; i < EPHEMERAL_COUNT; i++) {
            final int port = FIRST_EPHEMERAL + (start + i) % EPHEMERAL_COUNT;
            if (take(port)) {
                return port;
            }
        }
        return -1;
    }

    synchronized void release(final int port) {
        taken.clear(port);
    }
}
