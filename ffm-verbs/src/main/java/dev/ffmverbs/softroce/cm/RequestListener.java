// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

/** Whoever listens on a port. */
interface RequestListener {

    /**
     * Hears of a request. Called under the communication manager's lock: takes a note and returns.
     *
     * @param endpoint  our end of the connection asked for; whoever is to hear of it must observe it.
     * @param addresses where the request came from and to.
     * @param request   the request.
     * @return false when no more requests can wait; the peer is to ask again.
     */
    boolean requested(ConnectionEndpoint endpoint, AddressHeader addresses, ManagementMessage request);
}
