// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

/**
 * How patient a communication manager is. Times are codes of the wire format: n stands for 4.096 microseconds times 2
 * to the power of n.
 *
 * @param responseTimeoutCode  time a peer has for an answer, besides two {@code packetLifeTimeCode}; told to the peer,
 *                             and the pace of retransmissions. 0 to 20; 16 is 268 ms.
 * @param maximumRetries       retransmissions of a message before the peer counts as gone, 0 to 15.
 * @param serviceTimeoutCode   time by which a peer is put off when it asks again before the application has answered,
 *                             0 to 20; 18 is 1.07 s.
 * @param packetLifeTimeCode   time a packet may need from one end to the other, 0 to 20; 14 is 67 ms. The transport
 *                             timeout of a connection is twice that, or more when the peer's delay asks for it.
 * @param acknowledgeDelayCode time this device may need to acknowledge a packet, 0 to 20; told to the peer.
 * @param minimumRnrTimerCode  time a peer is put off that finds no receive posted, 0 to 31 in the code of IBTA
 *                             9.7.5.2.8; 12 is 0.64 ms.
 */
public record CommunicationSettings(
    int responseTimeoutCode, int maximumRetries, int serviceTimeoutCode, int packetLifeTimeCode,
    int acknowledgeDelayCode, int minimumRnrTimerCode) {

    /** Answers within 0.4 s or the message is sent again, 15 times; a transport timeout of 134 ms. */
    public static final CommunicationSettings DEFAULT = new CommunicationSettings(16, 15, 18, 14, 10, 12);

    /** The longest time any code is taken for, own or a peer's: 4.3 s, as long as Linux waits for an answer. */
    static final int LONGEST_CODE = 20;

    private static final int MAXIMUM_RETRIES = 15;
    private static final int MAXIMUM_RNR_TIMER = 31;

    /**
     * Checks the settings.
     *
     * @throws IllegalArgumentException when one is out of its range.
     */
    public CommunicationSettings {
        check("responseTimeoutCode", responseTimeoutCode, LONGEST_CODE);
        check("maximumRetries", maximumRetries, MAXIMUM_RETRIES);
        check("serviceTimeoutCode", serviceTimeoutCode, LONGEST_CODE);
        check("packetLifeTimeCode", packetLifeTimeCode, LONGEST_CODE);
        check("acknowledgeDelayCode", acknowledgeDelayCode, LONGEST_CODE);
        check("minimumRnrTimerCode", minimumRnrTimerCode, MAXIMUM_RNR_TIMER);
    }

    private static void check(final String name, final int value, final int maximum) {
        if (value < 0 || value > maximum) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be 0 to " + maximum);
        }
    }

    /** Time after which a peer that has left all transmissions of a message unanswered counts as gone. */
    long patienceNs() {
        return retryIntervalNs() * (maximumRetries + 1);
    }

    /** Time after which a message without an answer is sent again. */
    long retryIntervalNs() {
        return 2 * TimeCode.toNanos(packetLifeTimeCode) + TimeCode.toNanos(responseTimeoutCode);
    }
}
