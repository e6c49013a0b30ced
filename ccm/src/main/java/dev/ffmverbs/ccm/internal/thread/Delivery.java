// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.thread;

import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * News for a recipient outside the node: a listener or a client. Used by one thread.
 *
 * <p>What fails before the recipient is called is this node's failure, and the news is to be handed over again; what
 * fails from then on is the recipient's.
 *
 * @param <T> type of the recipient.
 */
public final class Delivery<T> implements Runnable, Supplier<T> {

    private final T recipient;
    private final Supplier<String> news;
    private final Consumer<Supplier<T>> call;
    private boolean reached;

    /**
     * News that is yet to be delivered.
     *
     * @param recipient for whom it is.
     * @param news      what it is, for the log; asked only when something is logged.
     * @param call      takes the recipient at the moment it calls it, and not before.
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

    /** The recipient, which is called now. */
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
