// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.softroce.cm.message.AddressHeader;

/** Receives the requests to one port number for datagrams. */
interface DatagramListener {

    /**
     * Offers a request. Called under the communication manager's lock, so it must not block.
     *
     * @param resolution the request, which the application answers.
     * @param addresses  where the request came from and where it came to.
     * @return false if no more requests can wait; the request is then dropped, and the peer sends it again.
     */
    boolean offer(PeersResolution resolution, AddressHeader addresses);
}
