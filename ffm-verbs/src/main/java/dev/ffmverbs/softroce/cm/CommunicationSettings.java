// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.softroce.cm.message.TimeCode;

/**
 * The time limits and retries of a communication manager. Times are codes of the wire format, where code n means 4.096
 * microseconds times 2 to the power of n.
 *
 * @param responseTimeoutCode  time a peer has to answer, in addition to twice {@code packetLifeTimeCode}; also sent to
 *                             the peer, and the interval of retransmissions; 0 to 20; 16 is 268 ms.
 * @param maximumRetries       retransmissions of a message before the peer counts as gone, 0 to 15.
 * @param serviceTimeoutCode   time a peer is asked to wait if it repeats a request before the application has answered,
 *                             0 to 20; 18 is 1.07 s.
 * @param packetLifeTimeCode   time a packet may need from one end to the other, 0 to 20; 14 is 67 ms; the transport
 *                             timeout of a connection is twice that, or more if the peer's delay requires it.
 * @param acknowledgeDelayCode time this device may need to acknowledge a packet, 0 to 20; sent to the peer.
 * @param minimumRnrTimerCode  time a peer is asked to wait if no receive is posted, 0 to 31 in the code of IBTA
 *                             9.7.5.2.8; 12 is 0.64 ms.
 */
public record CommunicationSettings(
    int responseTimeoutCode, int maximumRetries, int serviceTimeoutCode, int packetLifeTimeCode,
    int acknowledgeDelayCode, int minimumRnrTimerCode) {

    /** Sends a message again after 0.4 s without an answer, up to 15 times. The transport timeout is 134 ms. */
    public static final CommunicationSettings DEFAULT = new CommunicationSettings(16, 15, 18, 14, 10, 12);

    private static final int MAXIMUM_RETRIES = 15;
    private static final int MAXIMUM_RNR_TIMER = 31;

    /**
     * Checks the settings.
     *
     * @throws IllegalArgumentException if one is out of range.
     */
    public CommunicationSettings {
        check("responseTimeoutCode", responseTimeoutCode, TimeCode.LONGEST_HONOURED);
        check("maximumRetries", maximumRetries, MAXIMUM_RETRIES);
        check("serviceTimeoutCode", serviceTimeoutCode, TimeCode.LONGEST_HONOURED);
        check("packetLifeTimeCode", packetLifeTimeCode, TimeCode.LONGEST_HONOURED);
        check("acknowledgeDelayCode", acknowledgeDelayCode, TimeCode.LONGEST_HONOURED);
        check("minimumRnrTimerCode", minimumRnrTimerCode, MAXIMUM_RNR_TIMER);
    }

    private static void check(final String name, final int value, final int maximum) {
        if (value < 0 || value > maximum) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be 0 to " + maximum);
        }
    }

    /** Returns the time after which a peer that has answered no transmission of a message counts as gone. */
    long patienceNs() {
        return retryIntervalNs() * (maximumRetries + 1);
    }

    /** Returns the time after which a message without an answer is sent again. */
    long retryIntervalNs() {
        return 2 * TimeCode.toNanos(packetLifeTimeCode) + TimeCode.toNanos(responseTimeoutCode);
    }
}
