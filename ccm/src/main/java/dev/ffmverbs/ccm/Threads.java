// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

/** Waiting for a thread's end, whatever interrupts the waiting one. */
final class Threads {

    private Threads() {
    }

    static void join(final Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive() && thread != Thread.currentThread()) {
            try {
                thread.join();
            } catch (final InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
