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

    /** Calls {@link ConnectionEndpoint#expire} at a time, instead of any earlier agreed. */
    void wakeAt(ConnectionEndpoint endpoint, long deadlineNs);

    void cancelWake(ConnectionEndpoint endpoint);

    /** Tells that the endpoint has got another state, so that it is found by what that state needs. */
    void stateChanged(ConnectionEndpoint endpoint);

    void count(CommunicationCounter counter);
}
