// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import java.net.Inet4Address;

/** What one end of a connection needs of the communication manager it belongs to. */
interface EndpointContext {

    CommunicationSettings settings();

    /** Identifier of this device, by which the peer recognises who gives up on it. */
    long guid();

    long newTransactionId();

    void send(Inet4Address peer, ManagementMessage message);

    /** Refuses a request or reply whose queue pair was in another connection until now. */
    void refuseAsStale(Inet4Address peer, ManagementMessage message);

    /** Keeps the rejection of a request, to be sent again for a while when the request comes again. */
    void keepRejection(Inet4Address peer, int peerId, ManagementMessage rejection, long nowNs);

    /**
     * Makes a connected queue pair of ours ask its peer for a sign of life; when that comes, {@link
     * ConnectionEndpoint#onSignOfLife} is called.
     */
    void probe(int queuePair);

    /** Calls {@link ConnectionEndpoint#expire} at a time, instead of any earlier agreed. */
    void wakeAt(ConnectionEndpoint endpoint, long deadlineNs);

    void cancelWake(ConnectionEndpoint endpoint);

    /** Tells that the endpoint has got another state, so that it is found by what that state needs. */
    void stateChanged(ConnectionEndpoint endpoint);

    void count(CommunicationCounter counter);
}
