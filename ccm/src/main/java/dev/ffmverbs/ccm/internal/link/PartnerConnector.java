// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import java.util.concurrent.CompletableFuture;

/** Makes outgoing connections to one partner. */
@FunctionalInterface
public interface PartnerConnector {

    /**
     * Begins to connect to the partner's predetermined address and port. Does not block.
     *
     * @return completes, on any thread and within a time limit, with a fresh connection or a {@link LinkException}; to
     *         cancel it gives the attempt up.
     */
    CompletableFuture<PartnerLink> connect();
}
