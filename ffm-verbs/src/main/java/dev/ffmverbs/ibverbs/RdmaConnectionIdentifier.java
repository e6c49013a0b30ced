// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.jextract.ibv_context;
import dev.ffmverbs.jextract.rdma_addr;
import dev.ffmverbs.jextract.rdma_cm_id;
import dev.ffmverbs.jextract.rdma_cm_join_mc_attr_ex;
import dev.ffmverbs.jextract.rdma_conn_param;
import dev.ffmverbs.jextract.rdma_route;
import dev.ffmverbs.spi.AddressText;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import dev.ffmverbs.spi.ConnectionManagerOperations;
import dev.ffmverbs.spi.ConnectionParameterData;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.layout.QueuePairAttributesLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.function.Supplier;

/**
 * A connection identifier: {@code struct rdma_cm_id}.
 *
 * <p>Its {@code qp} stays NULL, because the queue pair belongs to the caller and to a context that the caller opened.
 * Memory that is registered before any connection exists can thus be used through it. {@code rdma_init_qp_attr} returns
 * the attributes to modify with.
 *
 * <p>{@code rdma_destroy_id} frees the structure. Its memory is therefore accessed only under the monitor, and never
 * after that call. The call waits until the identifier's events are acknowledged, so the thread that reads events must
 * not take the monitor between an event and its acknowledgement.
 */
@SuppressWarnings("restricted")
final class RdmaConnectionIdentifier implements ConnectionIdentifierOperations {

    private static final ControlFunction BIND_ADDR = new ControlFunction("rdma_bind_addr",
        ffm_verbs_h::rdma_bind_addr$address, ffm_verbs_h::rdma_bind_addr$descriptor);
    private static final ControlFunction LISTEN = new ControlFunction("rdma_listen",
        ffm_verbs_h::rdma_listen$address, ffm_verbs_h::rdma_listen$descriptor);
    private static final ControlFunction SET_OPTION = new ControlFunction("rdma_set_option",
        ffm_verbs_h::rdma_set_option$address, ffm_verbs_h::rdma_set_option$descriptor);
    private static final ControlFunction RESOLVE_ADDR = new ControlFunction("rdma_resolve_addr",
        ffm_verbs_h::rdma_resolve_addr$address, ffm_verbs_h::rdma_resolve_addr$descriptor);
    private static final ControlFunction RESOLVE_ROUTE = new ControlFunction("rdma_resolve_route",
        ffm_verbs_h::rdma_resolve_route$address, ffm_verbs_h::rdma_resolve_route$descriptor);
    private static final ControlFunction INIT_QP_ATTR = new ControlFunction("rdma_init_qp_attr",
        ffm_verbs_h::rdma_init_qp_attr$address, ffm_verbs_h::rdma_init_qp_attr$descriptor);
    private static final ControlFunction CONNECT = new ControlFunction("rdma_connect",
        ffm_verbs_h::rdma_connect$address, ffm_verbs_h::rdma_connect$descriptor);
    private static final ControlFunction ESTABLISH = new ControlFunction("rdma_establish",
        ffm_verbs_h::rdma_establish$address, ffm_verbs_h::rdma_establish$descriptor);
    private static final ControlFunction ACCEPT = new ControlFunction("rdma_accept",
        ffm_verbs_h::rdma_accept$address, ffm_verbs_h::rdma_accept$descriptor);
    private static final ControlFunction REJECT = new ControlFunction("rdma_reject",
        ffm_verbs_h::rdma_reject$address, ffm_verbs_h::rdma_reject$descriptor);
    private static final ControlFunction DISCONNECT = new ControlFunction("rdma_disconnect",
        ffm_verbs_h::rdma_disconnect$address, ffm_verbs_h::rdma_disconnect$descriptor);
    private static final ControlFunction MIGRATE_ID = new ControlFunction("rdma_migrate_id",
        ffm_verbs_h::rdma_migrate_id$address, ffm_verbs_h::rdma_migrate_id$descriptor);
    private static final ControlFunction NOTIFY = new ControlFunction("rdma_notify",
        ffm_verbs_h::rdma_notify$address, ffm_verbs_h::rdma_notify$descriptor);
    private static final ControlFunction JOIN_MULTICAST = new ControlFunction("rdma_join_multicast",
        ffm_verbs_h::rdma_join_multicast$address, ffm_verbs_h::rdma_join_multicast$descriptor);
    private static final ControlFunction JOIN_MULTICAST_EX = new ControlFunction("rdma_join_multicast_ex",
        ffm_verbs_h::rdma_join_multicast_ex$address, ffm_verbs_h::rdma_join_multicast_ex$descriptor);
    private static final ControlFunction LEAVE_MULTICAST = new ControlFunction("rdma_leave_multicast",
        ffm_verbs_h::rdma_leave_multicast$address, ffm_verbs_h::rdma_leave_multicast$descriptor);
    private static final ControlFunction DESTROY_ID = new ControlFunction("rdma_destroy_id",
        ffm_verbs_h::rdma_destroy_id$address, ffm_verbs_h::rdma_destroy_id$descriptor);

    /**
     * The acknowledge timeout that the kernel proposes by default over RoCE ({@code CMA_IBOE_PACKET_LIFETIME} of {@code
     * cma.c}, plus 1). The time a peer has for an answer grows with it. With a larger value, a lost request would be
     * repeated only after many seconds, and with 31 after hours.
     */
    private static final int LONGEST_PROPOSED_TIMEOUT = 19;

    /** The kernel says EADDRNOTAVAIL in this case ({@code cma_check_port} of {@code cma.c}). */
    private static final String IN_USE_BY_WILDCARD =
        "another listener or connection has the port, and one of the two addresses is a wildcard";

    private RdmaConnectionManager manager;
    private final MemorySegment identifier;
    private boolean destroyed;

    RdmaConnectionIdentifier(final RdmaConnectionManager manager, final MemorySegment structure) {
        this.manager = manager;
        this.identifier = structure.reinterpret(rdma_cm_id.sizeof());
    }

    /**
     * Calls a function with this identifier as its first argument, unless the identifier or its manager is destroyed.
     * {@link #close} waits for the call.
     */
    private synchronized void call(
        final ControlFunction function, final Supplier<String> text, final Object... otherArguments)
        throws ProviderException {
        if (destroyed || manager.isClosed()) {
            throw new ProviderException(function.name(), text.get(), Errno.EINVAL, "the identifier is destroyed");
        }
        final Object[] arguments = new Object[otherArguments.length + 1];
        arguments[0] = identifier;
        System.arraycopy(otherArguments, 0, arguments, 1, otherArguments.length);
        function.status(text, arguments);
    }

    @Override
    public void bind(final InetSocketAddress address) throws ProviderException {
        try (Arena arena = Arena.ofConfined()) {
            call(BIND_ADDR, () -> "address=" + AddressText.of(address), SocketAddress.write(address, arena));
        } catch (final ProviderException e) {
            throw e.errno() == Errno.EADDRNOTAVAIL && isOfThisMachine(address.getAddress())
                ? new ProviderException(e.verb(), e.arguments(), Errno.EADDRINUSE, IN_USE_BY_WILDCARD) : e;
        }
    }

    private static boolean isOfThisMachine(final InetAddress address) {
        try {
            return address.isAnyLocalAddress() || NetworkInterface.getByInetAddress(address) != null;
        } catch (final SocketException unknown) {
            return false;
        }
    }

    @Override
    public void listen(final int backlog) throws ProviderException {
        call(LISTEN, () -> "address=" + AddressText.of(localAddress()) + ", backlog=" + backlog, backlog);
    }

    @Override
    public void setTrafficClass(final int trafficClass) throws ProviderException {
        setOption("RDMA_OPTION_ID_TOS", ffm_verbs_h.RDMA_OPTION_ID_TOS(), trafficClass);
    }

    @Override
    public void setAcknowledgeTimeout(final int exponent) throws ProviderException {
        try {
            setOption("RDMA_OPTION_ID_ACK_TIMEOUT", ffm_verbs_h.RDMA_OPTION_ID_ACK_TIMEOUT(),
                Math.min(exponent, LONGEST_PROPOSED_TIMEOUT));
        } catch (final ProviderException e) {
            if (e.errno() != Errno.ENOSYS) {
                throw e;
            }
            // Kernels before 5.1 propose nothing.
        }
    }

    @Override
    public void setAddressReuse() throws ProviderException {
        setFlag("RDMA_OPTION_ID_REUSEADDR", ffm_verbs_h.RDMA_OPTION_ID_REUSEADDR());
    }

    @Override
    public void setAddressFamilyOnly() throws ProviderException {
        setFlag("RDMA_OPTION_ID_AFONLY", ffm_verbs_h.RDMA_OPTION_ID_AFONLY());
    }

    private void setOption(final String name, final int option, final int value) throws ProviderException {
        try (Arena arena = Arena.ofConfined()) {
            call(SET_OPTION, () -> name + "=" + value, ffm_verbs_h.RDMA_OPTION_ID(), option,
                arena.allocateFrom(JAVA_BYTE, (byte) value), (long) Byte.BYTES);
        }
    }

    private void setFlag(final String name, final int option) throws ProviderException {
        try (Arena arena = Arena.ofConfined()) {
            call(SET_OPTION, () -> name + "=1", ffm_verbs_h.RDMA_OPTION_ID(), option,
                arena.allocateFrom(JAVA_INT, 1), (long) Integer.BYTES);
        }
    }

    @Override
    public void resolveAddress(
        final InetSocketAddress source, final InetSocketAddress destination, final int timeoutMs)
        throws ProviderException {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment from = source == null ? MemorySegment.NULL : SocketAddress.write(source, arena);
            call(RESOLVE_ADDR,
                () -> "source=" + AddressText.of(source) + ", destination=" + AddressText.of(destination),
                from, SocketAddress.write(destination, arena), timeoutMs);
        }
    }

    @Override
    public void resolveRoute(final int timeoutMs) throws ProviderException {
        call(RESOLVE_ROUTE, () -> "destination=" + AddressText.of(remoteAddress()), timeoutMs);
    }

    @Override
    public int initializeQueuePairAttributes(final MemorySegment attributes) throws ProviderException {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment mask = arena.allocate(JAVA_INT);
            call(INIT_QP_ATTR,
                () -> peerText() + ", qp_state=" + attributes.get(JAVA_INT, QueuePairAttributesLayout.STATE),
                attributes, mask);
            return mask.get(JAVA_INT, 0);
        }
    }

    @Override
    public void connect(final ConnectionParameterData parameters) throws ProviderException {
        try (Arena arena = Arena.ofConfined()) {
            call(CONNECT, () -> "destination=" + AddressText.of(remoteAddress()), write(parameters, arena));
        }
    }

    @Override
    public void establish() throws ProviderException {
        call(ESTABLISH, this::peerText);
    }

    @Override
    public void accept(final ConnectionParameterData parameters) throws ProviderException {
        try (Arena arena = Arena.ofConfined()) {
            call(ACCEPT, this::peerText, write(parameters, arena));
        }
    }

    private static MemorySegment write(final ConnectionParameterData parameters, final Arena arena) {
        final MemorySegment structure = rdma_conn_param.allocate(arena);
        final byte[] data = parameters.privateData();
        rdma_conn_param.private_data(structure,
            data.length == 0 ? MemorySegment.NULL : arena.allocateFrom(JAVA_BYTE, data));
        rdma_conn_param.private_data_len(structure, (byte) data.length);
        rdma_conn_param.responder_resources(structure, (byte) parameters.responderResources());
        rdma_conn_param.initiator_depth(structure, (byte) parameters.initiatorDepth());
        rdma_conn_param.retry_count(structure, (byte) parameters.retryCount());
        rdma_conn_param.rnr_retry_count(structure, (byte) parameters.rnrRetryCount());
        rdma_conn_param.qp_num(structure, parameters.queuePairNumber());
        return structure;
    }

    @Override
    public void reject(final byte[] privateData) throws ProviderException {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment data = privateData.length == 0 ? MemorySegment.NULL
                : arena.allocateFrom(JAVA_BYTE, privateData);
            call(REJECT, this::peerText, data, (byte) privateData.length);
        }
    }

    @Override
    public void disconnect() throws ProviderException {
        call(DISCONNECT, this::peerText);
    }

    @Override
    public void reportQueuePairEvent(final int event) throws ProviderException {
        call(NOTIFY, () -> peerText() + ", event=" + event, event);
    }

    /** The plain function, which older libraries have as well, joins as a full member. */
    @Override
    public void joinMulticast(final InetAddress group, final boolean sendOnly) throws ProviderException {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment address = SocketAddress.write(new InetSocketAddress(group, 0), arena);
            if (!sendOnly) {
                call(JOIN_MULTICAST, () -> groupText(group), address, MemorySegment.NULL);
                return;
            }
            final MemorySegment attributes = rdma_cm_join_mc_attr_ex.allocate(arena);
            rdma_cm_join_mc_attr_ex.comp_mask(attributes,
                ffm_verbs_h.RDMA_CM_JOIN_MC_ATTR_ADDRESS() | ffm_verbs_h.RDMA_CM_JOIN_MC_ATTR_JOIN_FLAGS());
            rdma_cm_join_mc_attr_ex.join_flags(attributes, ffm_verbs_h.RDMA_MC_JOIN_FLAG_SENDONLY_FULLMEMBER());
            rdma_cm_join_mc_attr_ex.addr(attributes, address);
            call(JOIN_MULTICAST_EX, () -> groupText(group) + ", join_flags=RDMA_MC_JOIN_FLAG_SENDONLY_FULLMEMBER",
                attributes, MemorySegment.NULL);
        }
    }

    @Override
    public void leaveMulticast(final InetAddress group) throws ProviderException {
        try (Arena arena = Arena.ofConfined()) {
            call(LEAVE_MULTICAST, () -> groupText(group),
                SocketAddress.write(new InetSocketAddress(group, 0), arena));
        }
    }

    private static String groupText(final InetAddress group) {
        return "group=" + group.getHostAddress();
    }

    @Override
    public synchronized void migrate(final ConnectionManagerOperations destination) throws ProviderException {
        if (!(destination instanceof RdmaConnectionManager other)) {
            throw new ProviderException(MIGRATE_ID.name(), peerText(), Errno.EINVAL,
                "the other connection manager belongs to another provider");
        }
        // Set first: the thread of the other manager may read an event before the call returns.
        other.remember(identifier, this);
        boolean moved = false;
        try {
            call(MIGRATE_ID, this::peerText, other.channel());
            moved = true;
        } finally {
            (moved ? manager : other).forget(identifier);
        }
        manager = other;
        // The kernel does not say that events which it has moved can be read.
        other.wakeUp();
    }

    @Override
    public synchronized InetSocketAddress localAddress() {
        return destroyed ? null : localAddress(identifier);
    }

    @Override
    public synchronized InetSocketAddress remoteAddress() {
        return destroyed ? null : remoteAddress(identifier);
    }

    static InetSocketAddress localAddress(final MemorySegment identifier) {
        return SocketAddress.read(rdma_addr.src_storage(rdma_route.addr(rdma_cm_id.route(identifier))));
    }

    static InetSocketAddress remoteAddress(final MemorySegment identifier) {
        return SocketAddress.read(rdma_addr.dst_storage(rdma_route.addr(rdma_cm_id.route(identifier))));
    }

    private String peerText() {
        return "peer=" + AddressText.of(remoteAddress());
    }

    @Override
    public synchronized String deviceName() {
        if (destroyed) {
            return null;
        }
        final MemorySegment verbs = rdma_cm_id.verbs(identifier);
        return verbs.address() == 0 ? null
            : IbverbsProvider.nameOf(ibv_context.device(verbs.reinterpret(ibv_context.sizeof())));
    }

    @Override
    public synchronized long nativeAddress() throws ProviderException {
        if (destroyed || manager.isClosed()) {
            throw new ProviderException("nativeAddress", peerText(), Errno.EINVAL, "the identifier is destroyed");
        }
        return identifier.address();
    }

    @Override
    public synchronized void close() throws ProviderException {
        // If closing has failed until the manager was closed, the kernel has destroyed the identifier with the channel.
        if (destroyed || manager.isClosed()) {
            return;
        }
        manager.forget(identifier);
        // Set before the call, so that an identifier that may be freed is never passed to the library again.
        destroyed = true;
        try {
            DESTROY_ID.status(() -> "", identifier);
        } catch (final ProviderException e) {
            destroyed = false;
            throw e;
        }
    }
}
