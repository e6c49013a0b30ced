// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.Access;
import dev.ffmverbs.spi.ConnectionParameterData;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;

/** The parameters a connection is requested or accepted with. Immutable. Each method returns a copy with one change. */
public final class ConnectionParameters {

    /** Most private data a connection request carries, in bytes (IBTA 12.6.5, less the address header of RDMA CM). */
    public static final int MAXIMUM_REQUEST_BYTES = 56;

    /** Most private data an acceptance carries, in bytes (IBTA 12.6.8). */
    public static final int MAXIMUM_ACCEPT_BYTES = 196;

    private static final int MAXIMUM_READS = 255;
    private static final int MAXIMUM_COUNT = 7;
    private static final int MAXIMUM_TIMEOUT_EXPONENT = 31;
    private static final int MAXIMUM_TRAFFIC_CLASS = 255;

    private static final ConnectionParameters DEFAULTS = new ConnectionParameters(new Values());

    private final byte[] privateData;
    private final List<Access> remoteAccess;
    private final int incomingReads;
    private final int outgoingReads;
    private final int retryCount;
    private final int rnrRetryCount;
    private final int minimumRnrTimerCode;
    private final OptionalInt timeoutExponent;
    private final OptionalInt trafficClass;
    private final Set<AddressOption> addressOptions;

    private ConnectionParameters(final Values values) {
        this.privateData = values.privateData;
        this.remoteAccess = values.remoteAccess;
        this.incomingReads = values.incomingReads;
        this.outgoingReads = values.outgoingReads;
        this.retryCount = values.retryCount;
        this.rnrRetryCount = values.rnrRetryCount;
        this.minimumRnrTimerCode = values.minimumRnrTimerCode;
        this.timeoutExponent = values.timeoutExponent;
        this.trafficClass = values.trafficClass;
        this.addressOptions = values.addressOptions;
    }

    /** The values while one of them is changed. Initially the defaults. */
    private static final class Values {
        private byte[] privateData = new byte[0];
        private List<Access> remoteAccess =
            List.of(Access.REMOTE_READ, Access.REMOTE_WRITE, Access.REMOTE_ATOMIC);
        private int incomingReads = 4;
        private int outgoingReads = 4;
        private int retryCount = 6;
        private int rnrRetryCount = 7;
        private int minimumRnrTimerCode = 12;
        private OptionalInt timeoutExponent = OptionalInt.empty();
        private OptionalInt trafficClass = OptionalInt.empty();
        private Set<AddressOption> addressOptions = Set.of();
    }

    private ConnectionParameters with(final Consumer<Values> change) {
        final Values values = new Values();
        values.privateData = privateData;
        values.remoteAccess = remoteAccess;
        values.incomingReads = incomingReads;
        values.outgoingReads = outgoingReads;
        values.retryCount = retryCount;
        values.rnrRetryCount = rnrRetryCount;
        values.minimumRnrTimerCode = minimumRnrTimerCode;
        values.timeoutExponent = timeoutExponent;
        values.trafficClass = trafficClass;
        values.addressOptions = addressOptions;
        change.accept(values);
        return new ConnectionParameters(values);
    }

    /**
     * Returns the default parameters.
     *
     * <p>There is no private data. The peer may READ, WRITE and use atomics, with 4 READs at a time in each direction.
     * A request fails after 6 retransmissions. While this side has no receive posted, the peer retries every 0.64 ms
     * without limit. The transport chooses the acknowledge timeout and the traffic class.
     *
     * @return the parameters.
     */
    public static ConnectionParameters defaults() {
        return DEFAULTS;
    }

    /**
     * Returns a copy with other private data.
     *
     * @param data bytes for the peer, at most 56 to connect, 180 to find a peer for datagrams and 196 to accept; the
     *             peer may see zeros after them.
     * @return a changed copy.
     * @throws IllegalArgumentException if there are more than 196 bytes.
     */
    public ConnectionParameters withPrivateData(final byte[] data) {
        Objects.requireNonNull(data, "data");
        check("private data length", data.length, 0, MAXIMUM_ACCEPT_BYTES);
        final byte[] copy = data.clone();
        return with(values -> values.privateData = copy);
    }

    /**
     * Returns a copy with other access rights of the peer to this side's queue pair. Memory regions limit them further.
     *
     * @param access remote access rights, possibly none.
     * @return a changed copy.
     */
    public ConnectionParameters withRemoteAccess(final Access... access) {
        final List<Access> copy = List.of(access);
        return with(values -> values.remoteAccess = copy);
    }

    /**
     * Returns a copy with other numbers of READ and atomic requests at a time. The connection uses at most the numbers
     * that both sides allow.
     *
     * @param incoming requests of the peer that this side answers at a time, 0 to 255.
     * @param outgoing requests that this side has outstanding at a time, 0 to 255.
     * @return a changed copy.
     * @throws IllegalArgumentException if a number is out of range.
     */
    public ConnectionParameters withReads(final int incoming, final int outgoing) {
        check("incoming", incoming, 0, MAXIMUM_READS);
        check("outgoing", outgoing, 0, MAXIMUM_READS);
        return with(values -> {
            values.incomingReads = incoming;
            values.outgoingReads = outgoing;
        });
    }

    /**
     * Returns a copy with another number of retransmissions before a request fails. In a connection request, it also
     * applies to the peer's queue pair.
     *
     * @param count 0 to 7; refused as 7 on devices that would then retransmit without limit.
     * @return a changed copy.
     * @throws IllegalArgumentException if the number is out of range.
     */
    public ConnectionParameters withRetryCount(final int count) {
        check("retryCount", count, 0, MAXIMUM_COUNT);
        return with(values -> values.retryCount = count);
    }

    /**
     * Returns a copy with another number of retries by the peer while this side has no receive posted, before the
     * peer's request fails ({@code rnr_retry_count} of {@code rdma_connect(3)}). It applies to the peer's queue pair,
     * not to that of this side.
     *
     * @param count 0 to 7; 7 means no limit.
     * @return a changed copy.
     * @throws IllegalArgumentException if the number is out of range.
     */
    public ConnectionParameters withRnrRetryCount(final int count) {
        check("rnrRetryCount", count, 0, MAXIMUM_COUNT);
        return with(values -> values.rnrRetryCount = count);
    }

    /**
     * Returns a copy with another time that the peer waits before it retries while this side has no receive posted
     * ({@code IBV_QP_MIN_RNR_TIMER} of {@code ibv_modify_qp(3)}).
     *
     * @param time above zero, up to 655.36 ms; rounded up to one of the 32 times that the transport has, the shortest
     *             of which is 10 microseconds.
     * @return a changed copy.
     * @throws IllegalArgumentException if the time is out of range.
     */
    public ConnectionParameters withMinimumRnrTimer(final Duration time) {
        final int code = RnrTimer.code(Objects.requireNonNull(time, "time"));
        return with(values -> values.minimumRnrTimerCode = code);
    }

    /**
     * Returns a copy with another acknowledge timeout of this side's queue pair, the time after which an unanswered
     * packet is sent again ({@code RDMA_OPTION_ID_ACK_TIMEOUT} of {@code rdma_set_option(3)}).
     *
     * <p>A connection request also proposes it to the peer. The peer's queue pair uses it unless the peer chooses
     * another.
     *
     * @param exponent the time is 4.096 microseconds times 2 to this power, 1 to 31.
     * @return a changed copy.
     * @throws IllegalArgumentException if the number is out of range.
     */
    public ConnectionParameters withTimeoutExponent(final int exponent) {
        check("timeoutExponent", exponent, 1, MAXIMUM_TIMEOUT_EXPONENT);
        return with(values -> values.timeoutExponent = OptionalInt.of(exponent));
    }

    /**
     * Returns a copy with another traffic class, which is the TOS byte of IPv4: six bits of DSCP and two of ECN
     * ({@code RDMA_OPTION_ID_TOS} of {@code rdma_set_option(3)}).
     *
     * <p>It applies to a connection request. The accepting side uses the traffic class of the request.
     *
     * @param tos 0 to 255.
     * @return a changed copy.
     * @throws IllegalArgumentException if the number is out of range.
     */
    public ConnectionParameters withTrafficClass(final int tos) {
        check("trafficClass", tos, 0, MAXIMUM_TRAFFIC_CLASS);
        return with(values -> values.trafficClass = OptionalInt.of(tos));
    }

    /**
     * Returns a copy with other options for the local address and port to connect from ({@code rdma_set_option(3)}).
     *
     * <p>They apply to a connection request. The accepting side uses the address of its listener.
     *
     * @param options the options, possibly none.
     * @return a changed copy.
     */
    public ConnectionParameters withAddressOptions(final AddressOption... options) {
        final Set<AddressOption> copy = Set.copyOf(List.of(options));
        return with(values -> values.addressOptions = copy);
    }

    private static void check(final String name, final int value, final int minimum, final int maximum) {
        if (value < minimum || value > maximum) {
            throw new IllegalArgumentException(
                name + " is " + value + "; it must be " + minimum + " to " + maximum);
        }
    }

    /** Returns a copy for datagrams, which are not acknowledged. */
    ConnectionParameters withoutTimeout() {
        return with(values -> values.timeoutExponent = OptionalInt.empty());
    }

    /** Requires that the private data fits in a request. */
    void requireSize(final int maximumBytes) {
        if (privateData.length > maximumBytes) {
            throw new IllegalArgumentException("a request carries at most " + maximumBytes
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

    int minimumRnrTimerCode() {
        return minimumRnrTimerCode;
    }

    OptionalInt timeoutExponent() {
        return timeoutExponent;
    }

    OptionalInt trafficClass() {
        return trafficClass;
    }

    Set<AddressOption> addressOptions() {
        return addressOptions;
    }

    ConnectionParameterData data(final int queuePairNumber) {
        return new ConnectionParameterData(
            queuePairNumber, privateData.clone(), incomingReads, outgoingReads, retryCount, rnrRetryCount);
    }

    @Override
    public String toString() {
        return "ConnectionParameters[privateData=" + Arrays.toString(privateData) + ", remoteAccess=" + remoteAccess
            + ", incomingReads=" + incomingReads + ", outgoingReads=" + outgoingReads + ", retryCount=" + retryCount
            + ", rnrRetryCount=" + rnrRetryCount + ", minimumRnrTimer=" + RnrTimer.time(minimumRnrTimerCode)
            + ", timeoutExponent=" + timeoutExponent + ", trafficClass=" + trafficClass
            + ", addressOptions=" + addressOptions + "]";
    }
}
