// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.softroce.cm.message.AddressHeader;
import dev.ffmverbs.softroce.cm.message.ManagementMessage;

/** Receives the requests to one port number. */
interface RequestListener {

    /** Returns how many requests can wait for an answer. */
    int backlogLimit();

    /**
     * Offers a request. Called under the communication manager's lock, so it must not block.
     *
     * @param endpoint  this end of the requested connection, which the listener must observe.
     * @param addresses where the request came from and where it came to.
     * @param request   the request.
     * @return false if no more requests can wait; the request is then dropped, and the peer sends it again.
     */
    boolean offer(ConnectionEndpoint endpoint, AddressHeader addresses, ManagementMessage request);
}
