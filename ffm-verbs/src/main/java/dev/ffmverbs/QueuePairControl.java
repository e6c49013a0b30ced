// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.QueuePairOperations;
import dev.ffmverbs.spi.QueuePairTransition;
import dev.ffmverbs.spi.constants.QueuePairAttributeFlags;
import dev.ffmverbs.spi.constants.WorkRequestOpcodes;
import dev.ffmverbs.spi.layout.QueuePairAttributesLayout;
import dev.ffmverbs.spi.layout.QueuePairCapacitiesLayout;
import dev.ffmverbs.spi.layout.QueuePairCreationLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The control path of a queue pair: its number, its attributes, the changes of its state, and its multicast groups.
 */
abstract sealed class QueuePairControl extends QueueObject permits QueuePairConnection {

    /** What a query asks for, by type. A driver may refuse attributes that the type does not have. */
    private static final int OF_EVERY_TYPE = QueuePairAttributeFlags.STATE
        | QueuePairAttributeFlags.PARTITION_KEY_INDEX | QueuePairAttributeFlags.PORT
        | QueuePairAttributeFlags.SEND_PACKET_SEQUENCE_NUMBER;
    private static final int OF_DATAGRAMS = OF_EVERY_TYPE | QueuePairAttributeFlags.QUEUE_KEY;
    private static final int OF_UNRELIABLE_CONNECTIONS = OF_EVERY_TYPE | QueuePairAttributeFlags.ACCESS_FLAGS
        | QueuePairAttributeFlags.ADDRESS | QueuePairAttributeFlags.PATH_MTU
        | QueuePairAttributeFlags.DESTINATION_QUEUE_PAIR | QueuePairAttributeFlags.RECEIVE_PACKET_SEQUENCE_NUMBER
        | QueuePairAttributeFlags.ALTERNATE_PATH | QueuePairAttributeFlags.PATH_MIGRATION_STATE;
    private static final int OF_RELIABLE_CONNECTIONS = OF_UNRELIABLE_CONNECTIONS
        | QueuePairAttributeFlags.MAXIMUM_INCOMING_READS | QueuePairAttributeFlags.MAXIMUM_OUTGOING_READS
        | QueuePairAttributeFlags.MINIMUM_RNR_TIMER | QueuePairAttributeFlags.TIMEOUT
        | QueuePairAttributeFlags.RETRY_COUNT | QueuePairAttributeFlags.RNR_RETRY_COUNT;

    private static final int RETRY_COUNT_FOR_EVER = 7;

    private final ProtectionDomain domain;
    private final QueuePairOperations operations;
    private final int number;
    private final QueuePairConfiguration configuration;
    private final GroupMemberships groups;

    /** Whether only a connection manager can connect this queue pair. */
    private final boolean iwarp;

    /**
     * The state last requested. From there the device itself can change the state only to ERROR or SEND_QUEUE_ERROR, so
     * a request that this state forbids is not valid, unless the program changed the state by another call. Some
     * drivers accept such a request anyway, and process or lose it later.
     */
    private volatile QueuePairState lastStateSet = QueuePairState.RESET;

    QueuePairControl(
        final ProtectionDomain domain, final QueuePairConfiguration asked, final QueuePairOperations operations,
        final MemorySegment given) {
        super(domain.context(), domain, asked.sendCompletionQueue(), asked.receiveCompletionQueue(),
            asked.sharedReceiveQueue());
        this.domain = domain;
        this.iwarp = IwarpLimits.concern(domain.device());
        this.operations = operations;
        this.number = operations.number();
        this.groups = new GroupMemberships(operations);
        this.configuration = asked
            .withSendRequests(given.get(JAVA_INT, QueuePairCapacitiesLayout.SEND_REQUESTS))
            .withReceiveRequests(given.get(JAVA_INT, QueuePairCapacitiesLayout.RECEIVE_REQUESTS))
            .withScatterGatherElements(
                given.get(JAVA_INT, QueuePairCapacitiesLayout.SEND_ELEMENTS),
                given.get(JAVA_INT, QueuePairCapacitiesLayout.RECEIVE_ELEMENTS))
            .withInlineBytes(given.get(JAVA_INT, QueuePairCapacitiesLayout.INLINE_BYTES));
    }

    /** Registers this queue pair with its parents, and with the context that reports its events. */
    final void makeKnown() {
        domain.context().remember(operations, this);
        joinParents();
    }

    /**
     * Returns the queue pair number, by which the peer addresses it ({@code ibv_qp.qp_num}).
     *
     * @return the 24-bit number.
     */
    public final int number() {
        return number;
    }

    /**
     * Returns the protection domain whose memory this queue pair may use.
     *
     * @return the protection domain.
     */
    public final ProtectionDomain protectionDomain() {
        return domain;
    }

    /**
     * Returns the configuration this queue pair was created with. Its sizes are those that the device granted, at least
     * those requested.
     *
     * @return the configuration.
     */
    public final QueuePairConfiguration configuration() {
        return configuration;
    }

    /**
     * Changes attributes and state ({@code ibv_modify_qp(3)}).
     *
     * <p>On Linux rxe, change to {@link QueuePairState#RESET} only while the peer sends nothing. Version 6.1 frees
     * memory in use when a packet arrives during the change ({@code rxe_qp.c}, {@code rxe_qp_reset}). Creating a new
     * queue pair instead is safe on every device.
     *
     * <p>On iWARP, connections are made by {@code dev.ffmverbs.cm} only, and the kernel then changes the state. For
     * {@link QueuePairState#READY_TO_SEND}, {@code rdma_init_qp_attr(3)} returns no state to change to there. Modifying
     * with its attributes tells this queue pair that it is connected.
     *
     * @param attributes the attributes to change.
     * @throws UnsupportedVerbException when the device lacks an attribute, such as the limit on the rate, or a path
     *                                  without a GID on a port of Ethernet; on iWARP, for all states but {@link
     *                                  QueuePairState#INIT} and {@link QueuePairState#ERROR}, for a new start after a
     *                                  connection, and for attributes of paths and packets.
     * @throws VerbsException           {@code EINVAL} for a transition that does not exist, a missing attribute, or an
     *                                  attribute that the transition does not allow, which are named, and for a value
     *                                  that the device refuses.
     * @throws IllegalArgumentException for {@code retryCount} 7 on a device that would then retry without limit.
     * @throws WrongThreadException     for {@link QueuePairState#RESET} when a completion queue works without a lock
     *                                  and belongs to another thread.
     * @throws IllegalStateException    when this queue pair is closed, or a batch is open on it or its queues.
     */
    public final void modify(final QueuePairAttributes attributes) {
        requireEndingRetries(attributes);
        requireNoOpenBatch();
        enter();
        try {
            if (resets(attributes)) {
                requireRemovableCompletions();
            }
            requireTransition(attributes);
            operations.modify(attributes.structure(), attributes.mask());
            if ((attributes.mask() & QueuePairAttributeFlags.STATE) != 0 || isConnectedByKernel(attributes)) {
                lastStateSet = attributes.state();
            }
        } catch (final ProviderException e) {
            throw exceptionFor(e);
        } finally {
            leave();
        }
    }

    private boolean isConnectedByKernel(final QueuePairAttributes attributes) {
        return iwarp && attributes.state() == QueuePairState.READY_TO_SEND;
    }

    /**
     * Checks the transition by the table that is the same for all devices of InfiniBand and RoCE, so that the message
     * can name what is wrong. Drivers return a number only.
     */
    private void requireTransition(final QueuePairAttributes attributes) throws ProviderException {
        if (iwarp) {
            IwarpLimits.requireTransition(this, lastStateSet, attributes);
        } else if ((attributes.mask() & QueuePairAttributeFlags.ADDRESS) != 0) {
            attributes.addressVector().requireRoute(domain.context(), "ibv_modify_qp");
        }
        if (device().transportType() != TransportType.INFINIBAND || flaw(attributes, lastStateSet) == null) {
            return;
        }
        final String flaw = flaw(attributes, readState());
        if (flaw != null) {
            throw new ProviderException("ibv_modify_qp",
                QueuePairTransition.describe(number, attributes.structure(), attributes.mask()), Errno.EINVAL, flaw);
        }
    }

    private String flaw(final QueuePairAttributes attributes, final QueuePairState present) {
        final int mask = attributes.mask();
        final QueuePairState from =
            (mask & QueuePairAttributeFlags.CURRENT_STATE) == 0 ? present : attributes.currentState();
        final QueuePairState to = (mask & QueuePairAttributeFlags.STATE) == 0 ? from : attributes.state();
        return from == QueuePairState.UNKNOWN ? null
            : QueuePairTransition.flaw(configuration.type().value(), from.value(), to.value(), mask);
    }

    final void requireEndingRetries(final QueuePairAttributes attributes) {
        if ((attributes.mask() & QueuePairAttributeFlags.RETRY_COUNT) != 0
            && attributes.retryCount() == RETRY_COUNT_FOR_EVER
            && device().retriesForEverAtSeven()) {
            throw new IllegalArgumentException("retryCount 7 makes " + device()
                + " retry without limit, so that a dead peer is never detected; use 0 to 6");
        }
    }

    /**
     * Reads attributes and state ({@code ibv_query_qp(3)}).
     *
     * @return a snapshot, with no attribute marked for change. Attributes that the type of queue pair does not have are
     *     0.
     * @throws VerbsException        when the device refuses.
     * @throws IllegalStateException when this queue pair is closed.
     */
    public final QueuePairAttributes query() {
        enter();
        try {
            return read(switch (configuration.type()) {
                case RELIABLE_CONNECTION -> OF_RELIABLE_CONNECTIONS;
                case UNRELIABLE_CONNECTION -> OF_UNRELIABLE_CONNECTIONS;
                case UNRELIABLE_DATAGRAM -> OF_DATAGRAMS;
            });
        } catch (final ProviderException e) {
            throw exceptionFor(e);
        } finally {
            leave();
        }
    }

    private QueuePairAttributes read(final int mask) throws ProviderException {
        final QueuePairAttributes attributes = new QueuePairAttributes();
        try (Arena arena = Arena.ofConfined()) {
            operations.query(attributes.structure(), mask, arena.allocate(QueuePairCreationLayout.LAYOUT));
            if (iwarp) {
                attributes.structure().set(JAVA_INT, QueuePairAttributesLayout.STATE, lastStateSet.value());
            }
            return attributes;
        }
    }

    /** Not every iWARP driver reports the state. siw returns what was in the kernel's memory ({@code siw_query_qp}). */
    private QueuePairState readState() throws ProviderException {
        return iwarp ? lastStateSet : read(QueuePairAttributeFlags.STATE).state();
    }

    /**
     * Reads the current state ({@code ibv_query_qp(3)}).
     *
     * @return the state; on iWARP, where not every driver reports it, the one that this queue pair or its connection
     *     was given last.
     * @throws VerbsException        when the device refuses.
     * @throws IllegalStateException when this queue pair is closed.
     */
    public final QueuePairState state() {
        enter();
        try {
            return readState();
        } catch (final ProviderException e) {
            throw exceptionFor(e);
        } finally {
            leave();
        }
    }

    /**
     * Whether the data of an operation arrives in memory in the order of its addresses ({@code
     * ibv_query_qp_data_in_order(3)}). If so, a program that finds the last byte of a message changed has all of it,
     * before its completion.
     *
     * @param operation a SEND, a WRITE, a READ or an atomic operation.
     * @return true when the device guarantees it; false when it does not, or for an operation without data.
     * @throws UnsupportedVerbException when the installed rdma-core is too old to ask.
     * @throws IllegalStateException    when this queue pair is closed.
     */
    public final boolean isDataInOrder(final SendOperation operation) {
        final int opcode = opcodeWithData(operation);
        enter();
        try {
            return opcode >= 0 && operations.isDataInOrder(opcode);
        } catch (final ProviderException e) {
            throw exceptionFor(e);
        } finally {
            leave();
        }
    }

    /** Returns the number of an operation that writes data to memory; -1 for another. */
    private static int opcodeWithData(final SendOperation operation) {
        return switch (operation) {
            case WRITE -> WorkRequestOpcodes.RDMA_WRITE;
            case WRITE_WITH_IMMEDIATE -> WorkRequestOpcodes.RDMA_WRITE_WITH_IMMEDIATE;
            case SEND -> WorkRequestOpcodes.SEND;
            case SEND_WITH_IMMEDIATE -> WorkRequestOpcodes.SEND_WITH_IMMEDIATE;
            case SEND_WITH_INVALIDATE -> WorkRequestOpcodes.SEND_WITH_INVALIDATE;
            case READ -> WorkRequestOpcodes.RDMA_READ;
            case COMPARE_AND_SWAP -> WorkRequestOpcodes.COMPARE_AND_SWAP;
            case FETCH_AND_ADD -> WorkRequestOpcodes.FETCH_AND_ADD;
            case LOCAL_INVALIDATE, BIND_MEMORY_WINDOW, FLUSH, ATOMIC_WRITE -> -1;
        };
    }

    final boolean isIwarp() {
        return iwarp;
    }

    final QueuePairState lastStateSet() {
        return lastStateSet;
    }

    /**
     * Makes this queue pair receive what is sent to a multicast group ({@code ibv_attach_mcast(3)}). Does nothing if it
     * does already. Closing the queue pair detaches it.
     *
     * <p>A datagram to a group has an address handle for the group's GID and the queue pair number 0xFFFFFF. On RoCE
     * version 2 over IPv4 the GID is {@code Gid.of} the group's IPv4 address. The host must be a member of that group,
     * too. Software devices see to that. On Linux rxe 6.1 and on NICs the program does, or {@code
     * rdma_join_multicast(3)}.
     *
     * @param group the group's GID.
     * @param lid   the group's LID on InfiniBand, 0 to 65535; ignored on Ethernet.
     * @throws UnsupportedVerbException when the device has no multicast.
     * @throws VerbsException           when the device refuses: {@code EINVAL} when the GID is not a group's, or this
     *                                  queue pair is not for datagrams.
     * @throws IllegalArgumentException when the LID is out of range.
     * @throws IllegalStateException    when this queue pair is closed.
     */
    public final void attachMulticast(final Gid group, final int lid) {
        enter();
        try {
            IwarpLimits.requireDatagrams(device(), "ibv_attach_mcast");
            groups.attach(group, lid);
        } catch (final ProviderException e) {
            throw exceptionFor(e);
        } finally {
            leave();
        }
    }

    /**
     * Ends the effect of {@link #attachMulticast} ({@code ibv_detach_mcast(3)}).
     *
     * @param group the group's GID.
     * @param lid   the LID that it was attached with.
     * @throws UnsupportedVerbException when the device has no multicast.
     * @throws VerbsException           when the device refuses: {@code EINVAL} when it is not attached to the group.
     * @throws IllegalArgumentException when the LID is out of range.
     * @throws IllegalStateException    when this queue pair is closed.
     * @throws WrongThreadException     when it is confined to another thread that has not ended.
     */
    public final void detachMulticast(final Gid group, final int lid) {
        callWhileClosing(() -> detach(group, lid));
    }

    private void detach(final Gid group, final int lid) {
        try {
            IwarpLimits.requireDatagrams(device(), "ibv_detach_mcast");
            groups.detach(group, lid);
        } catch (final ProviderException e) {
            throw exceptionFor(e);
        }
    }

    private static boolean resets(final QueuePairAttributes attributes) {
        return (attributes.mask() & QueuePairAttributeFlags.STATE) != 0 && attributes.state() == QueuePairState.RESET;
    }

    /** Refuses a call that makes the driver remove completions of this queue pair, unless the queues allow it. */
    private void requireRemovableCompletions() {
        configuration.sendCompletionQueue().requireRemovable();
        configuration.receiveCompletionQueue().requireRemovable();
    }

    final VerbsException exceptionFor(final String verb, final int errno, final String reason) {
        return exceptionFor(new ProviderException(verb, toString(), errno, reason));
    }

    @Override
    void requireNoOpenBatch() {
        configuration.sendCompletionQueue().requireNoOpenBatch();
        configuration.receiveCompletionQueue().requireNoOpenBatch();
    }

    @Override
    final QueuePairOperations operations() {
        return operations;
    }

    @Override
    void requireClosingThread() {
        requireRemovableCompletions();
    }

    @Override
    void free() throws ProviderException {
        groups.detachAllAndClose();
        domain.context().forget(operations);
    }

    @Override
    public String toString() {
        return "QueuePair " + number;
    }
}
