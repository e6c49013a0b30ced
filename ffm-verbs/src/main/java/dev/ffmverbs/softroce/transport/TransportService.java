// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.wire.Arrival;
import dev.ffmverbs.softroce.wire.RocePacket;

/**
 * The transport service of a queue pair, with the state of the queue pair and the state machines that drive it.
 *
 * <p>The thread that drives it holds the dispatch lock and does the following:
 * <ul>
 *   <li>It passes each packet for this queue pair to {@link #receive}.
 *   <li>It calls {@link #transmit} after packets have arrived, requests were posted, the sink became writable, or its
 *       own quantum was used up. Extra calls are harmless.
 *   <li>It calls {@link #expire} when {@link #deadlineNs()} is reached.
 * </ul>
 *
 * <p>Only {@link #state()}, {@link #sendQueue()} and {@link #receiveQueue()} may be called without the lock.
 */
public abstract sealed class TransportService
    permits ReliableConnection, UnreliableConnection, UnreliableDatagram {

    private final int number;
    private final TransportContext context;
    private final SendQueue sendQueue;
    private final ReceiveQueue receiveQueue;

    private volatile ConnectionState state = ConnectionState.RESET;

    TransportService(
        final int number, final TransportContext context, final SendQueue sendQueue, final ReceiveQueue receiveQueue) {
        this.number = number;
        this.context = context;
        this.sendQueue = sendQueue;
        this.receiveQueue = receiveQueue;
    }

    /**
     * Returns the number of the queue pair.
     *
     * @return 24 bits.
     */
    public final int number() {
        return number;
    }

    /**
     * Returns the state of the queue pair.
     *
     * @return the current state. It can change to ERROR at any time.
     */
    public final ConnectionState state() {
        return state;
    }

    /**
     * Returns the queue for sends. Sends can be posted if the
     * {@linkplain ConnectionState#acceptsSends state allows it}. {@link #transmit} must be called afterwards.
     *
     * @return the send queue.
     */
    public final SendQueue sendQueue() {
        return sendQueue;
    }

    /**
     * Returns the queue for receives. Receives can be posted if the
     * {@linkplain ConnectionState#acceptsReceives state allows it}.
     *
     * @return the receive queue, possibly a shared one.
     */
    public final ReceiveQueue receiveQueue() {
        return receiveQueue;
    }

    final TransportContext context() {
        return context;
    }

    final void enter(final ConnectionState newState) {
        state = newState;
    }

    final void require(final ConnectionState target, final boolean allowed) {
        if (!allowed) {
            throw new IllegalStateException(
                "queue pair 0x" + Integer.toHexString(number) + " cannot go from " + state + " to " + target);
        }
    }

    /**
     * Goes from READY_TO_SEND to SEND_QUEUE_DRAIN. An event is raised when every started request is complete.
     *
     * @throws IllegalStateException in any other state.
     */
    public final void drain() {
        require(ConnectionState.SEND_QUEUE_DRAIN, state == ConnectionState.READY_TO_SEND);
        drainSends(true);
        state = ConnectionState.SEND_QUEUE_DRAIN;
    }

    /**
     * Goes back from SEND_QUEUE_DRAIN to READY_TO_SEND.
     *
     * @throws IllegalStateException in any other state.
     */
    public final void resume() {
        require(ConnectionState.READY_TO_SEND, state == ConnectionState.SEND_QUEUE_DRAIN);
        drainSends(false);
        state = ConnectionState.READY_TO_SEND;
    }

    /** Stops starting requests, or starts them again. */
    abstract void drainSends(boolean drains);

    /**
     * Returns whether the send queue is being drained and a request that was started is not complete.
     *
     * @return true in SEND_QUEUE_DRAIN until the event is raised.
     */
    public final boolean isDraining() {
        return state == ConnectionState.SEND_QUEUE_DRAIN && hasStartedRequests();
    }

    /** Returns whether a request is started and not complete. */
    abstract boolean hasStartedRequests();

    /**
     * Goes to ERROR from any state but RESET. Everything posted completes as flushed, and nothing is sent to a peer
     * again.
     *
     * @throws IllegalStateException in RESET.
     */
    public final void error() {
        require(ConnectionState.ERROR, state != ConnectionState.RESET);
        if (state != ConnectionState.ERROR) {
            fail();
        }
    }

    /** Goes to ERROR after a failure. */
    abstract void fail();

    /** Goes to RESET from any state. Everything posted is discarded without completions. */
    public abstract void reset();

    /** Raises an asynchronous event of this queue pair. */
    final void report(final int event) {
        context.events().onEvent(event, number);
    }

    /**
     * Processes a packet that arrived for this queue pair.
     *
     * @param packet  packet without {@linkplain RocePacket#defect() defect}. It may be modified.
     * @param arrival where it came from and where it arrived.
     * @param nowNs   current time.
     */
    public abstract void receive(RocePacket packet, Arrival arrival, long nowNs);

    /**
     * Sends what is due.
     *
     * @param nowNs      current time.
     * @param maxPackets maximum number of response packets, and of request packets, to send.
     * @return true if this limit was reached, so that more packets may be ready.
     */
    public abstract boolean transmit(long nowNs, int maxPackets);

    /**
     * Makes the peer of a reliable connection prove that it is alive. Does nothing for another service, or if the queue
     * pair is not connected. {@link #transmit} must be called afterwards.
     */
    public void probe() {
        // Only a reliable connection receives answers.
    }

    /**
     * Returns whether the queue pair waits for a deadline.
     *
     * @return true if {@link #deadlineNs()} is valid.
     */
    public boolean hasDeadline() {
        return false;
    }

    /**
     * Returns the time at which to call {@link #expire}.
     *
     * @return a reading of the clock that the {@code nowNs} arguments come from. Meaningless without a deadline.
     */
    public long deadlineNs() {
        return 0;
    }

    /**
     * Performs the actions that are due. {@link #transmit} must be called afterwards.
     *
     * @param nowNs current time. Before {@link #deadlineNs()} nothing happens.
     */
    public void expire(final long nowNs) {
        // A service without deadlines has nothing to do.
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + " of queue pair " + number + ", " + state;
    }
}
