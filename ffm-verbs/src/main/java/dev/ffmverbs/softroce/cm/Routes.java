// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import java.net.InetAddress;

/** Knows from which address of this machine packets to a peer leave. */
public interface Routes {

    /**
     * Returns the local address that the routes of this machine choose for a peer.
     *
     * @param peer the peer.
     * @return the address, or null if there is no route or it cannot be found out.
     */
    InetAddress sourceFor(InetAddress peer);
}
