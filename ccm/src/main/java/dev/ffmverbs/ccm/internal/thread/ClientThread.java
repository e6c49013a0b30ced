// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.thread;

import java.util.concurrent.Executor;

/** Calls a client, and does for it what may take long: one thing after the other. */
@FunctionalInterface
public interface ClientThread extends Executor {

    /** Nothing more is to be told; what is to be freed still comes. */
    default void retire() {
    }
}
