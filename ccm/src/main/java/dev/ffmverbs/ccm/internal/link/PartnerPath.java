// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import java.util.concurrent.CompletableFuture;

/** One path to a partner, over one interconnect. Creates connections and the resources that clients share. */
public interface PartnerPath extends ClientResources {

    /**
     * Begins to connect to the partner's predetermined address and port. Does not block.
     *
     * @return a future that completes on any thread, within a time limit, with a fresh connection or a {@link
     *     LinkException}; cancelling it abandons the attempt.
     */
    CompletableFuture<PartnerLink> connect();
}
