// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import java.util.concurrent.CompletableFuture;

/** One path to a partner, over one interconnect: connections over it, and what clients share over it. */
public interface PartnerPath extends ClientResources {

    /**
     * Begins to connect to the partner's predetermined address and port. Does not block.
     *
     * @return completes, on any thread and within a time limit, with a fresh connection or a {@link LinkException}; to
     *         cancel it gives the attempt up.
     */
    CompletableFuture<PartnerLink> connect();
}
