// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.QueuePairOperations;
import java.lang.foreign.MemorySegment;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** Connects a queue pair by hand: one call before addresses are exchanged by other means, and one call after. */
abstract sealed class QueuePairConnection extends QueuePairControl permits QueuePair {

    private static final int FIRST_PORT = 1;

    /** How {@link #prepare} prepared this end; null before. */
    private volatile QueuePairPreparation preparation;

    QueuePairConnection(
        final ProtectionDomain domain, final QueuePairConfiguration asked, final QueuePairOperations operations,
        final MemorySegment given) {
        super(domain, asked, operations, given);
    }

    /**
     * Prepares this queue pair to be connected by hand over {@link Context#defaultGid} of port 1, with defaults for all
     * other attributes ({@code ibv_modify_qp(3)}). See {@link #prepare(GidEntry, QueuePairAttributes)}.
     *
     * @param access what the peer may do through this queue pair; nothing for datagrams. Memory regions limit this
     *               further.
     * @return what the peer must know.
     * @throws UnsupportedVerbException when the device connects through the connection manager only, as iWARP does.
     * @throws VerbsException           when the device refuses, for example because the queue pair is connected.
     * @throws NoSuchElementException   when the port has no GID.
     * @throws IllegalArgumentException when datagrams are given access rights.
     * @throws IllegalStateException    when this queue pair is closed, or a batch is open on it or its queues.
     */
    public final QueuePairAddress prepare(final Access... access) {
        requireConnectable();
        return prepare(protectionDomain().context().defaultGid(FIRST_PORT), access);
    }

    /**
     * Prepares this queue pair to be connected by hand, with defaults for all attributes but the rights of the peer
     * ({@code ibv_modify_qp(3)}). See {@link #prepare(GidEntry, QueuePairAttributes)}.
     *
     * @param source the GID of this end, as {@link Context#findGid}, {@link Context#gid} or {@link Context#gidTable}
     *               returns it.
     * @param access what the peer may do through this queue pair; nothing for datagrams. Memory regions limit this
     *               further.
     * @return what the peer must know.
     * @throws UnsupportedVerbException when the device connects through the connection manager only, as iWARP does.
     * @throws VerbsException           when the device refuses, for example because the queue pair is connected.
     * @throws IllegalArgumentException when the GID table has no such entry, or datagrams are given access rights.
     * @throws IllegalStateException    when this queue pair is closed, or a batch is open on it or its queues.
     */
    public final QueuePairAddress prepare(final GidEntry source, final Access... access) {
        final QueuePairAttributes attributes = new QueuePairAttributes();
        return prepare(source, access.length == 0 ? attributes : attributes.access(access));
    }

    /**
     * Prepares this queue pair to be connected by hand ({@code ibv_modify_qp(3)}).
     *
     * <p>A connection goes to {@link QueuePairState#INIT}, where receives can be posted. Post them before the peer
     * learns the address. The peer's address then completes the connection with {@link #connect(QueuePairAddress)}. A
     * queue pair for datagrams has no peer and goes to {@link QueuePairState#READY_TO_SEND} at once.
     *
     * <pre>{@code
     * QueuePairAddress own = queuePair.prepare(context.findGid(1, address, GidType.ROCE_V2).orElseThrow(),
     *     new QueuePairAttributes().access(Access.REMOTE_READ).timeout(16));
     * }</pre>
     *
     * <p>Attributes that are not set have defaults: the port's active MTU, no rights for the peer, timeout 14 (67 ms),
     * 6 retransmissions, retries without limit while the peer has no receive posted, of which one is due every 0.64 ms,
     * partition key index 0, and at most 16 READ and atomic requests of the peer at a time. This end has as many of
     * them outstanding as the peer answers. The first packet sequence number and the queue key of datagrams are random.
     *
     * <p>If the device refuses, the queue pair stays in the state that it has reached.
     *
     * @param source     the GID of this end, as {@link Context#findGid}, {@link Context#gid} or {@link
     *                   Context#gidTable} returns it.
     * @param attributes attributes with other values than the defaults. {@code maximumOutgoingReads} is then a number
     *                   that the peer must answer at a time, or 0 for none. State, port, address vector, destination
     *                   and receive packet sequence number cannot be set, because they follow from the GID and the
     *                   peer's address.
     * @return what the peer must know.
     * @throws UnsupportedVerbException when the device connects through the connection manager only, as iWARP does, or
     *                                  lacks an attribute.
     * @throws VerbsException           when the device refuses, for example because the queue pair is connected.
     * @throws IllegalArgumentException when the GID table has no such entry, when an attribute cannot be set or exceeds
     *                                  a limit of the device or port, or for {@code retryCount} 7 on a device that
     *                                  would then retry without limit.
     * @throws IllegalStateException    when this queue pair is closed, or a batch is open on it or its queues.
     */
    public final QueuePairAddress prepare(final GidEntry source, final QueuePairAttributes attributes) {
        Objects.requireNonNull(source, "source");
        requireConnectable();
        requireEndingRetries(attributes);
        final QueuePairPreparation prepared = QueuePairPreparation.of(this, source, attributes);
        modify(prepared.forInit());
        if (configuration().type() == QueuePairType.UNRELIABLE_DATAGRAM) {
            modify(prepared.forReceiving());
            modify(prepared.forSending());
        }
        preparation = prepared;
        return prepared.own();
    }

    private void requireConnectable() {
        try {
            IwarpLimits.requireConnectionByHand(device(), number());
        } catch (final ProviderException e) {
            throw exceptionFor(e);
        }
    }

    /**
     * Connects this queue pair to the peer that has this address ({@code ibv_modify_qp(3)}). The queue pair goes to
     * {@link QueuePairState#READY_TO_SEND}. See {@link #connect(QueuePairAddress, UnaryOperator)}.
     *
     * @param peer the address of the peer, which passes the one of this queue pair to its own {@code connect}.
     * @throws VerbsException        {@code EINVAL} when the two ends do not fit, and the message states both values, or
     *                               when this queue pair is for datagrams; also when the device refuses, for example
     *                               because this queue pair is connected.
     * @throws IllegalStateException when {@link #prepare} has not been called; when this queue pair is closed, or a
     *                               batch is open on it or its queues.
     */
    public final void connect(final QueuePairAddress peer) {
        connect(peer, UnaryOperator.identity());
    }

    /**
     * Connects this queue pair to the peer that has this address, over a path with other attributes than the defaults
     * ({@code ibv_modify_qp(3)}). The queue pair goes to {@link QueuePairState#READY_TO_SEND}.
     *
     * <pre>{@code
     * queuePair.connect(peer, path -> path.withTrafficClass(104));
     * }</pre>
     *
     * <p>Both ends use the smaller of their MTUs. The two do not fit when their types, the types of their GIDs, or the
     * families of their IP addresses differ, when they are in different InfiniBand subnets, or when one must have more
     * READ and atomic requests outstanding than the other answers. Then nothing is changed. If the device refuses, the
     * queue pair stays in the state that it has reached.
     *
     * <p>The peer can use the connection when its own call has returned. A request that arrives earlier is lost, and a
     * reliable connection repeats it.
     *
     * @param peer       the address of the peer, which passes the one of this queue pair to its own {@code connect}.
     * @param adjustment receives the path that follows from the two addresses, and returns the one to use.
     * @throws VerbsException        {@code EINVAL} when the two ends do not fit, and the message states both values, or
     *                               when this queue pair is for datagrams; also when the device refuses, for example
     *                               because this queue pair is connected.
     * @throws IllegalStateException when {@link #prepare} has not been called; when this queue pair is closed, or a
     *                               batch is open on it or its queues.
     */
    public final void connect(final QueuePairAddress peer, final UnaryOperator<AddressVector> adjustment) {
        final QueuePairPreparation prepared = requirePrepared();
        if (configuration().type() == QueuePairType.UNRELIABLE_DATAGRAM) {
            throw exceptionFor("ibv_modify_qp", Errno.EINVAL,
                "datagrams have no connection; address them with createAddressHandle(peer)");
        }
        requireFit("ibv_modify_qp", prepared, peer);
        final QueuePairAttributes receiving = prepared.forReceiving(peer, adjustment);
        modify(receiving);
        modify(prepared.forSending(peer));
    }

    /**
     * Creates the address handle for datagrams to a peer ({@code ibv_create_ah(3)}). A request is then addressed with
     * {@link SendRequest#to}:
     *
     * <pre>{@code
     * AddressHandle handle = queuePair.createAddressHandle(peer);
     * queuePair.postSend(request.send().localMemory(region, 0, 64).to(handle, peer.number(), peer.queueKey()));
     * }</pre>
     *
     * @param peer the address that {@link #prepare} returned to the peer.
     * @return the handle, over the port and GID that this queue pair was prepared with.
     * @throws UnsupportedVerbException when the device has no address handles.
     * @throws VerbsException           {@code EINVAL} when the two ends do not fit, and the message states both values;
     *                                  also when the device refuses.
     * @throws IllegalStateException    when {@link #prepare} has not been called, or the protection domain is closed.
     */
    public final AddressHandle createAddressHandle(final QueuePairAddress peer) {
        final QueuePairPreparation prepared = requirePrepared();
        requireFit("ibv_create_ah", prepared, peer);
        return protectionDomain().createAddressHandle(prepared.pathTo(peer));
    }

    private QueuePairPreparation requirePrepared() {
        final QueuePairPreparation present = preparation;
        if (present == null) {
            throw new IllegalStateException(
                this + " is not prepared; call prepare, and give the peer the address that it returns");
        }
        return present;
    }

    private void requireFit(final String verb, final QueuePairPreparation prepared, final QueuePairAddress peer) {
        final String flaw = QueuePairAgreement.flaw(prepared.own(), peer);
        if (flaw != null) {
            throw exceptionFor(new ProviderException(
                verb, "number=" + number() + ", peer=" + peer, Errno.EINVAL, flaw));
        }
    }
}
