// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.Access;
import dev.ffmverbs.spi.ConnectionParameterData;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/** What a connection is requested or accepted with: immutable, made by changing one value at a time. */
public final class ConnectionParameters {

    /** Most private data a connection request carries, in bytes (IBTA 12.6.5, less the address header of RDMA CM). */
    public static final int MAXIMUM_REQUEST_BYTES = 56;

    /** Most private data an acceptance carries, in bytes (IBTA 12.6.8). */
    public static final int MAXIMUM_ACCEPT_BYTES = 196;

    private static final int DEFAULT_READS = 4;
    private static final int DEFAULT_RETRY_COUNT = 6;
    private static final int DEFAULT_RNR_RETRY_COUNT = 7;
    private static final int MAXIMUM_READS = 255;
    private static final int MAXIMUM_COUNT = 7;
    private static final int MAXIMUM_TIMEOUT_EXPONENT = 31;

    private static final ConnectionParameters DEFAULTS = new ConnectionParameters(new byte[0],
        List.of(Access.REMOTE_READ, Access.REMOTE_WRITE, Access.REMOTE_ATOMIC), DEFAULT_READS, DEFAULT_READS,
        DEFAULT_RETRY_COUNT, DEFAULT_RNR_RETRY_COUNT, OptionalInt.empty());

    private final byte[] privateData;
    private final List<Access> remoteAccess;
    private final int incomingReads;
    private final int outgoingReads;
    private final int retryCount;
    private final int rnrRetryCount;
    private final OptionalInt timeoutExponent;

    private ConnectionParameters(
        final byte[] privateData, final List<Access> remoteAccess, final int incomingReads, final int outgoingReads,
        final int retryCount, final int rnrRetryCount, final OptionalInt timeoutExponent) {
        this.privateData = privateData;
        this.remoteAccess = remoteAccess;
        this.incomingReads = incomingReads;
        this.outgoingReads = outgoingReads;
        this.retryCount = retryCount;
        this.rnrRetryCount = rnrRetryCount;
        this.timeoutExponent = timeoutExponent;
    }

    /**
     * No private data; the peer may READ, WRITE and use atomics; 4 READs at a time each way; 6 retransmissions; endless
     * tries at a receiver that is not ready; the transport's own choice of timer.
     *
     * @return the parameters.
     */
    public static ConnectionParameters defaults() {
        return DEFAULTS;
    }

    /**
     * The same with other private data.
     *
     * @param data bytes for the peer: at most 56 to connect, 196 to accept; the peer may see zeros behind them.
     * @return a changed copy.
     * @throws IllegalArgumentException when there are more than 196 bytes.
     */
    public ConnectionParameters withPrivateData(final byte[] data) {
        check("private data length", data.length, MAXIMUM_ACCEPT_BYTES);
        return new ConnectionParameters(data.clone(), remoteAccess, incomingReads, outgoingReads, retryCount,
            rnrRetryCount, timeoutExponent);
    }

    /**
     * The same with other rights of the peer through our queue pair; memory regions limit them further.
     *
     * @param access remote rights, possibly none.
     * @return a changed copy.
     */
    public ConnectionParameters withRemoteAccess(final Access... access) {
        return new ConnectionParameters(privateData, List.of(access), incomingReads, outgoingReads, retryCount,
            rnrRetryCount, timeoutExponent);
    }

    /**
     * The same with other numbers of READ and atomic requests at a time; the connection gets at most what both sides
     * allow.
     *
     * @param incoming requests of the peer we answer at a time, 0 to 255.
     * @param outgoing requests we have outstanding at the peer, 0 to 255.
     * @return a changed copy.
     * @throws IllegalArgumentException when a number is out of range.
     */
    public ConnectionParameters withReads(final int incoming, final int outgoing) {
        check("incoming", incoming, MAXIMUM_READS);
        check("outgoing", outgoing, MAXIMUM_READS);
        return new ConnectionParameters(privateData, remoteAccess, incoming, outgoing, retryCount, rnrRetryCount,
            timeoutExponent);
    }

    /**
     * The same with another number of retransmissions before a request fails.
     *
     * @param count 0 to 7; 7 is refused on devices that would then retry for ever.
     * @return a changed copy.
     * @throws IllegalArgumentException when the number is out of range.
     */
    public ConnectionParameters withRetryCount(final int count) {
        check("retryCount", count, MAXIMUM_COUNT);
        return new ConnectionParameters(privateData, remoteAccess, incomingReads, outgoingReads, count,
            rnrRetryCount, timeoutExponent);
    }

    /**
     * The same with another number of tries at a receiver that is not ready.
     *
     * @param count 0 to 7; 7 tries for ever.
     * @return a changed copy.
     * @throws IllegalArgumentException when the number is out of range.
     */
    public ConnectionParameters withRnrRetryCount(final int count) {
        check("rnrRetryCount", count, MAXIMUM_COUNT);
        return new ConnectionParameters(privateData, remoteAccess, incomingReads, outgoingReads, retryCount, count,
            timeoutExponent);
    }

    /**
     * The same with another retransmission timer of our queue pair.
     *
     * @param exponent the time is 4.096 microseconds times 2 to this power, 1 to 31.
     * @return a changed copy.
     * @throws IllegalArgumentException when the number is out of range.
     */
    public ConnectionParameters withTimeoutExponent(final int exponent) {
        check("timeoutExponent - 1", exponent - 1, MAXIMUM_TIMEOUT_EXPONENT - 1);
        return new ConnectionParameters(privateData, remoteAccess, incomingReads, outgoingReads, retryCount,
            rnrRetryCount, OptionalInt.of(exponent));
    }

    private static void check(final String name, final int value, final int maximum) {
        if (value < 0 || value > maximum) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be 0 to " + maximum);
        }
    }

    void requireRequestSize() {
        if (privateData.length > MAXIMUM_REQUEST_BYTES) {
            throw new IllegalArgumentException("a connection request carries at most " + MAXIMUM_REQUEST_BYTES
                + " bytes of private data, not " + privateData.length);
        }
    }

    Access[] remoteAccess() {
        return remoteAccess.toArray(Access[]::new);
    }

    int incomingReads() {
        return incomingReads;
    }

    int outgoingReads() {
        return outgoingReads;
    }

    int retryCount() {
        return retryCount;
    }

    OptionalInt timeoutExponent() {
        return timeoutExponent;
    }

    ConnectionParameterData data(final int queuePairNumber) {
        return new ConnectionParameterData(
            queuePairNumber, privateData.clone(), incomingReads, outgoingReads, retryCount, rnrRetryCount);
    }

    @Override
    public String toString() {
        return "ConnectionParameters[privateData=" + Arrays.toString(privateData) + ", remoteAccess=" + remoteAccess
            + ", incomingReads=" + incomingReads + ", outgoingReads=" + outgoingReads + ", retryCount=" + retryCount
            + ", rnrRetryCount=" + rnrRetryCount + ", timeoutExponent=" + timeoutExponent + "]";
    }
}
