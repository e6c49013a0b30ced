// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

/**
 * A work request and those chained behind it, as objects.
 *
 * <p>A provider that reads requests in Java follows these links and not the {@code next} pointers of the C structures:
 * as long as it holds a link, the structure at its address is not freed, whatever other threads do to the chain. The
 * fields of the structure may change at any time; read each of them once.
 */
public interface RequestChain {

    /**
     * Where the request's C structure is.
     *
     * @return address of a {@code struct ibv_send_wr} or {@code struct ibv_recv_wr}, valid while this link is
     *     reachable, as the scatter / gather list is that the structure names. Inline data is the request's own, and
     *     valid as well, only where that list begins right behind the structure; then it has one element.
     */
    long address();

    /**
     * The request behind this one.
     *
     * @return its link; null at the end of the chain.
     */
    RequestChain next();
}
