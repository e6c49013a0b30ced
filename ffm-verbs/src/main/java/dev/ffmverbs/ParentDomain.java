// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.ProtectionDomainOperations;

/**
 * A protection domain within another, with a {@link ThreadDomain} ({@code ibv_alloc_parent_domain(3)}).
 *
 * <p>It shares the memory of the domain that it was allocated from. Regions, windows and address handles of either
 * domain can be used in both. Queue pairs and queues that are created in it are confined to the calling thread if it
 * has a thread domain. A connection manager changes the state of queue pairs in another thread, so connect such
 * queue pairs by hand.
 */
public final class ParentDomain extends ProtectionDomain {

    private final ProtectionDomain shared;
    private final ThreadDomain threadDomain;

    ParentDomain(
        final ProtectionDomain shared, final ThreadDomain threadDomain, final ProtectionDomainOperations operations) {
        super(shared.context(), operations, shared, threadDomain);
        this.shared = shared;
        this.threadDomain = threadDomain;
    }

    /**
     * Returns the domain whose memory this one shares.
     *
     * @return the protection domain that it was allocated from.
     */
    public ProtectionDomain protectionDomain() {
        return shared;
    }

    /**
     * Returns the domain of the only thread that uses the objects created in this one.
     *
     * @return the thread domain, or null when there is none.
     */
    @Override
    public ThreadDomain threadDomain() {
        return threadDomain;
    }

    @Override
    ProtectionDomain memoryDomain() {
        return shared;
    }

    @Override
    public String toString() {
        return "ParentDomain of " + shared + (threadDomain == null ? "" : " and " + threadDomain);
    }
}
