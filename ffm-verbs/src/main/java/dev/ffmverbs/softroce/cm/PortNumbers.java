// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import java.security.SecureRandom;
import java.util.BitSet;

/**
 * The port numbers of one address that are in use, in the port space {@code RDMA_PS_TCP}. They are unrelated to TCP and
 * UDP ports.
 *
 * <p>Thread-safe.
 */
final class PortNumbers {

    /** The default range of ephemeral port numbers in Linux ({@code ip_local_port_range}). */
    private static final int FIRST_EPHEMERAL = 32_768;
    private static final int LAST_EPHEMERAL = 60_999;
    private static final int EPHEMERAL_COUNT = LAST_EPHEMERAL - FIRST_EPHEMERAL + 1;

    private final SecureRandom random;
    private final BitSet taken = new BitSet();

    PortNumbers(final SecureRandom random) {
        this.random = random;
    }

    /** Takes a port number. Returns false if it is in use. */
    synchronized boolean take(final int portNumber) {
        if (taken.get(portNumber)) {
            return false;
        }
        taken.set(portNumber);
        return true;
    }

    /** Takes a free port number of the ephemeral range. Returns -1 if there is none. */
    synchronized int takeAny() {
        final int start = random.nextInt(EPHEMERAL_COUNT);
        for (int i = 0; i < EPHEMERAL_COUNT; i++) {
            final int portNumber = FIRST_EPHEMERAL + (start + i) % EPHEMERAL_COUNT;
            if (take(portNumber)) {
                return portNumber;
            }
        }
        return -1;
    }

    synchronized void release(final int portNumber) {
        taken.clear(portNumber);
    }
}
