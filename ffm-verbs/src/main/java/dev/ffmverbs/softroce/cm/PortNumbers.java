// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The port numbers of one address that are in use in one port space, and who has them. They are unrelated to TCP and
 * UDP ports.
 *
 * <p>Several holders can have one port number if all of them share it and none listens ({@code cma_check_port} of
 * {@code cma.c}).
 *
 * <p>Thread-safe.
 */
final class PortNumbers {

    /** The default range of ephemeral port numbers in Linux ({@code ip_local_port_range}). */
    private static final int FIRST_EPHEMERAL = 32_768;
    private static final int LAST_EPHEMERAL = 60_999;
    private static final int EPHEMERAL_COUNT = LAST_EPHEMERAL - FIRST_EPHEMERAL + 1;

    private final SecureRandom random;
    private final Map<Integer, List<PortHolder>> holders = new HashMap<>();

    PortNumbers(final SecureRandom random) {
        this.random = random;
    }

    /** Takes a port number. Returns false if it is in use and not shared. */
    synchronized boolean take(final int portNumber, final PortHolder holder) {
        final List<PortHolder> others = holders.get(portNumber);
        if (others != null && (!holder.shares() || !others.stream().allMatch(PortHolder::shares))) {
            return false;
        }
        holders.computeIfAbsent(portNumber, first -> new ArrayList<>(1)).add(holder);
        return true;
    }

    /** Takes a port number of the ephemeral range that nobody has. Returns -1 if there is none. */
    synchronized int takeAny(final PortHolder holder) {
        final int start = random.nextInt(EPHEMERAL_COUNT);
        for (int i = 0; i < EPHEMERAL_COUNT; i++) {
            final int portNumber = FIRST_EPHEMERAL + (start + i) % EPHEMERAL_COUNT;
            if (!holders.containsKey(portNumber) && take(portNumber, holder)) {
                return portNumber;
            }
        }
        return -1;
    }

    /** Stops sharing a port number that a holder has, because it listens. Returns false if others have it, too. */
    synchronized boolean keepAlone(final int portNumber, final PortHolder holder) {
        if (holders.get(portNumber).size() > 1) {
            return false;
        }
        holder.stopSharing();
        return true;
    }

    synchronized void release(final int portNumber, final PortHolder holder) {
        final List<PortHolder> all = holders.get(portNumber);
        if (all != null && all.remove(holder) && all.isEmpty()) {
            holders.remove(portNumber);
        }
    }
}
