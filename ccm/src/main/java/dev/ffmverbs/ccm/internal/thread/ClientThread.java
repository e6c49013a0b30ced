// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.thread;

import java.util.concurrent.Executor;

/** Calls a client, and runs its lengthy tasks, one after the other. */
@FunctionalInterface
public interface ClientThread extends Executor {

    /** Announces that no more notifications follow. Resources may still be passed to it to be freed. */
    default void retire() {
    }
}
