// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.jextract.rdma_cm_event;
import dev.ffmverbs.jextract.rdma_cm_id;
import dev.ffmverbs.jextract.rdma_conn_param;
import dev.ffmverbs.jextract.rdma_event_channel;
import dev.ffmverbs.jextract.rdma_ud_param;
import dev.ffmverbs.spi.ConnectionEventData;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import dev.ffmverbs.spi.ConnectionManagerOperations;
import dev.ffmverbs.spi.DatagramTargetData;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.constants.ConnectionEventTypes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A connection manager: {@code struct rdma_event_channel} and the identifiers that report to it. */
@SuppressWarnings("restricted")
final class RdmaConnectionManager implements ConnectionManagerOperations {

    private static final ControlFunction CREATE_EVENT_CHANNEL = new ControlFunction("rdma_create_event_channel",
        ffm_verbs_h::rdma_create_event_channel$address, ffm_verbs_h::rdma_create_event_channel$descriptor);
    private static final ControlFunction CREATE_ID = new ControlFunction("rdma_create_id",
        ffm_verbs_h::rdma_create_id$address, ffm_verbs_h::rdma_create_id$descriptor);
    private static final ControlFunction GET_CM_EVENT = new ControlFunction("rdma_get_cm_event",
        ffm_verbs_h::rdma_get_cm_event$address, ffm_verbs_h::rdma_get_cm_event$descriptor);
    private static final ControlFunction ACK_CM_EVENT = new ControlFunction("rdma_ack_cm_event",
        ffm_verbs_h::rdma_ack_cm_event$address, ffm_verbs_h::rdma_ack_cm_event$descriptor);

    private static final int CONNECT_REQUEST = ConnectionEventTypes.CONNECT_REQUEST;

    private final MemorySegment channel;
    private final EventDescriptor events;
    private volatile boolean closed;

    /** Identifiers by the address of their C structure, by which events name them. */
    private final Map<Long, RdmaConnectionIdentifier> identifiers = new ConcurrentHashMap<>();

    RdmaConnectionManager() throws ProviderException {
        try {
            this.channel = CREATE_EVENT_CHANNEL.pointer(() -> "").reinterpret(rdma_event_channel.sizeof());
        } catch (final ProviderException e) {
            throw new ProviderException(e.verb(), "", e.errno(),
                "the kernel module rdma_ucm must be loaded (modprobe rdma_ucm)");
        }
        EventDescriptor descriptor = null;
        try {
            descriptor = new EventDescriptor(rdma_event_channel.fd(channel));
        } finally {
            if (descriptor == null) {
                ffm_verbs_h.rdma_destroy_event_channel(channel);
            }
        }
        this.events = descriptor;
    }

    @Override
    public ConnectionIdentifierOperations createIdentifier() throws ProviderException {
        return createIdentifier("RDMA_PS_TCP", ffm_verbs_h.RDMA_PS_TCP());
    }

    @Override
    public ConnectionIdentifierOperations createDatagramIdentifier() throws ProviderException {
        return createIdentifier("RDMA_PS_UDP", ffm_verbs_h.RDMA_PS_UDP());
    }

    private ConnectionIdentifierOperations createIdentifier(final String name, final int portSpace)
        throws ProviderException {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment created = arena.allocate(ValueLayout.ADDRESS);
            CREATE_ID.status(() -> name, channel, created, MemorySegment.NULL, portSpace);
            return remember(created.get(ValueLayout.ADDRESS, 0));
        }
    }

    @Override
    public List<InetSocketAddress> lookUp(final String host, final int port) throws ProviderException {
        return RdmaAddressLookup.find(host, port);
    }

    private RdmaConnectionIdentifier remember(final MemorySegment structure) {
        final RdmaConnectionIdentifier identifier = new RdmaConnectionIdentifier(this, structure);
        remember(structure, identifier);
        return identifier;
    }

    void remember(final MemorySegment structure, final RdmaConnectionIdentifier identifier) {
        identifiers.put(structure.address(), identifier);
    }

    void forget(final MemorySegment structure) {
        identifiers.remove(structure.address());
    }

    @Override
    public ConnectionEventData nextEvent(final long timeoutNs) throws ProviderException {
        if (!events.await(timeoutNs)) {
            return null;
        }
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment pointer = arena.allocate(ValueLayout.ADDRESS);
            try {
                GET_CM_EVENT.status(() -> "", channel, pointer);
            } catch (final ProviderException e) {
                if (e.errno() == Errno.EAGAIN) {
                    return null;
                }
                throw e;
            }
            return take(pointer.get(ValueLayout.ADDRESS, 0).reinterpret(rdma_cm_event.sizeof()));
        }
    }

    /** Copies an event and acknowledges it. If a request cannot be copied, its identifier is destroyed. */
    private ConnectionEventData take(final MemorySegment event) throws ProviderException {
        final MemorySegment requested =
            rdma_cm_event.event(event) == CONNECT_REQUEST ? rdma_cm_event.id(event) : MemorySegment.NULL;
        ConnectionEventData copy = null;
        try {
            copy = copy(event);
            return copy;
        } finally {
            try {
                ACK_CM_EVENT.status(() -> "", event);
            } finally {
                if (copy == null && requested.address() != 0) {
                    new RdmaConnectionIdentifier(this, requested).close();
                }
            }
        }
    }

    /** Copies an event. Its identifier stays valid until the event is acknowledged, even if a thread destroys it. */
    private ConnectionEventData copy(final MemorySegment event) {
        final int type = rdma_cm_event.event(event);
        final boolean request = type == CONNECT_REQUEST;
        final MemorySegment structure = rdma_cm_event.id(event);
        final RdmaConnectionIdentifier identifier =
            request ? remember(structure) : identifiers.get(structure.address());
        final RdmaConnectionIdentifier listener =
            request ? identifiers.get(rdma_cm_event.listen_id(event).address()) : null;
        final MemorySegment alive = structure.reinterpret(rdma_cm_id.sizeof());
        final boolean datagrams = rdma_cm_id.ps(alive) == ffm_verbs_h.RDMA_PS_UDP();
        final MemorySegment connection = rdma_cm_event.param.conn(rdma_cm_event.param(event));
        return new ConnectionEventData(type, identifier, listener,
            RdmaConnectionIdentifier.localAddress(alive), RdmaConnectionIdentifier.remoteAddress(alive),
            rdma_cm_event.status(event),
            privateData(connection),
            datagrams ? 0 : Byte.toUnsignedInt(rdma_conn_param.responder_resources(connection)),
            datagrams ? 0 : Byte.toUnsignedInt(rdma_conn_param.initiator_depth(connection)),
            datagrams ? 0 : rdma_conn_param.qp_num(connection),
            datagrams ? datagrams(type, rdma_cm_event.param.ud(rdma_cm_event.param(event))) : null);
    }

    /** Returns where datagrams go if the event tells it, otherwise null. */
    private static DatagramTargetData datagrams(final int type, final MemorySegment parameters) {
        if (type != ConnectionEventTypes.ESTABLISHED && type != ConnectionEventTypes.MULTICAST_JOIN) {
            return null;
        }
        return new DatagramTargetData(rdma_ud_param.ah_attr(parameters).toArray(ValueLayout.JAVA_BYTE),
            rdma_ud_param.qp_num(parameters), rdma_ud_param.qkey(parameters));
    }

    /** Returns the private data, which has the same place in the parameters of connections and of datagrams. */
    private static byte[] privateData(final MemorySegment connection) {
        final int lengthBytes = Byte.toUnsignedInt(rdma_conn_param.private_data_len(connection));
        final MemorySegment data = rdma_conn_param.private_data(connection);
        if (lengthBytes == 0 || data.address() == 0) {
            return new byte[0];
        }
        return data.reinterpret(lengthBytes).toArray(ValueLayout.JAVA_BYTE);
    }

    @Override
    public synchronized void wakeUp() {
        if (!closed) {
            events.wakeUp();
        }
    }

    /** Returns the event channel. */
    MemorySegment channel() {
        return channel;
    }

    /** Returns whether the event channel is destroyed, which every call of an identifier uses. */
    boolean isClosed() {
        return closed;
    }

    @Override
    public synchronized long nativeAddress() throws ProviderException {
        if (closed) {
            throw new ProviderException("nativeAddress", "", Errno.EINVAL, "the event channel is destroyed");
        }
        return channel.address();
    }

    @Override
    public synchronized void close() throws ProviderException {
        closed = true;
        ffm_verbs_h.rdma_destroy_event_channel(channel);
        events.close();
    }
}
