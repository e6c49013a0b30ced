// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.ThreadDomainOperations;

/**
 * A promise that one thread uses all objects created in it, so that drivers need no locks ({@code struct ibv_td}).
 *
 * <p>A thread domain belongs to the thread that allocates it. Objects are created in it through a {@link ParentDomain},
 * by this thread, and are confined to it from then on, as by {@link QueuePair#confine}. That is how this library keeps
 * the promise. After the thread has ended, any thread can close them.
 */
public final class ThreadDomain extends ProviderObject {

    private final Context context;
    private final ThreadDomainOperations operations;

    ThreadDomain(final Context context, final ThreadDomainOperations operations) {
        super(context.device(), context);
        this.context = context;
        this.operations = operations;
    }

    /**
     * Returns the context this domain was allocated from.
     *
     * @return the context.
     */
    public Context context() {
        return context;
    }

    @Override
    ThreadDomainOperations operations() {
        return operations;
    }

    @Override
    void free() throws ProviderException {
        operations.close();
    }

    @Override
    public String toString() {
        return "ThreadDomain of " + context.device().name();
    }
}
