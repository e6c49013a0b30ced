// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.thread;

import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A notification for a recipient outside the node: a listener or a client. Used by one thread.
 *
 * <p>What fails before the recipient is called is this node's failure, and the notification is delivered again. What
 * fails after that is the recipient's failure.
 *
 * @param <T> type of the recipient.
 */
public final class Delivery<T> implements Runnable, Supplier<T> {

    private final T recipient;
    private final Supplier<String> news;
    private final Consumer<Supplier<T>> call;
    private boolean reached;

    /**
     * Creates a notification that has not been delivered yet.
     *
     * @param recipient its recipient.
     * @param news      describes it for the log; called only if something is logged.
     * @param call      takes the recipient at the moment when it calls it, and not before.
     */
    public Delivery(final T recipient, final Supplier<String> news, final Consumer<Supplier<T>> call) {
        this.recipient = recipient;
        this.news = news;
        this.call = call;
    }

    @Override
    public void run() {
        call.accept(this);
    }

    /** Returns the recipient, which is called now. */
    @Override
    public T get() {
        reached = true;
        return recipient;
    }

    /** Whether the recipient was called. */
    boolean hasReached() {
        return reached;
    }

    @Override
    public String toString() {
        return news.get();
    }
}
