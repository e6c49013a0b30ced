// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.binding;

import com.ibm.disni.verbs.IbvCQ;
import com.ibm.disni.verbs.IbvContext;
import com.ibm.disni.verbs.IbvPd;
import com.ibm.disni.verbs.IbvQP;
import com.ibm.disni.verbs.IbvQPInitAttr;
import com.ibm.disni.verbs.RdmaCm;
import com.ibm.disni.verbs.RdmaCmEvent;
import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.RdmaConnParam;
import com.ibm.disni.verbs.RdmaEventChannel;
import dev.ffmverbs.benchmarks.device.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Two queue pairs of DiSNI in one process, as large as those of {@link Endpoint}. They are connected by address and
 * port, which is the only way DiSNI has.
 */
final class DisniConnection {

    private static final int TIMEOUT_MS = 10_000;
    private static final byte RETRIES = 6;

    private final End near;
    private final End far;

    /** An end with its completion queues. */
    record End(IbvPd domain, IbvCQ sends, IbvCQ receives, IbvQP queuePair) {

        static End of(final RdmaCmId id) throws IOException {
            final IbvContext context = id.getVerbs();
            final IbvPd domain = context.allocPd();
            final IbvCQ sends = context.createCQ(context.createCompChannel(), Endpoint.SEND_REQUESTS, 0);
            final IbvCQ receives = context.createCQ(context.createCompChannel(), Endpoint.RECEIVE_REQUESTS, 0);
            final IbvQPInitAttr attributes = new IbvQPInitAttr();
            attributes.cap().setMax_send_wr(Endpoint.SEND_REQUESTS);
            attributes.cap().setMax_recv_wr(Endpoint.RECEIVE_REQUESTS);
            attributes.setQp_type(IbvQP.IBV_QPT_RC);
            attributes.setSend_cq(sends);
            attributes.setRecv_cq(receives);
            return new End(domain, sends, receives, id.createQP(domain, attributes));
        }
    }

    /** Connects two ends on the device that has an address. */
    DisniConnection(final InetAddress address) throws IOException {
        final RdmaEventChannel farEvents = RdmaEventChannel.createEventChannel();
        final RdmaCmId listener = farEvents.createId(RdmaCm.RDMA_PS_TCP);
        listener.bindAddr(new InetSocketAddress(address, 0));
        listener.listen(1);
        final int port = ((InetSocketAddress) listener.getSource()).getPort();
        final RdmaEventChannel nearEvents = RdmaEventChannel.createEventChannel();
        final RdmaCmId id = nearEvents.createId(RdmaCm.RDMA_PS_TCP);
        id.resolveAddr(null, new InetSocketAddress(address, port), TIMEOUT_MS);
        await(nearEvents, RdmaCmEvent.EventType.RDMA_CM_EVENT_ADDR_RESOLVED);
        id.resolveRoute(TIMEOUT_MS);
        await(nearEvents, RdmaCmEvent.EventType.RDMA_CM_EVENT_ROUTE_RESOLVED);
        near = End.of(id);
        final RdmaConnParam parameters = new RdmaConnParam();
        parameters.setRetry_count(RETRIES);
        parameters.setRnr_retry_count(RETRIES);
        id.connect(parameters);
        final RdmaCmId accepted =
            await(farEvents, RdmaCmEvent.EventType.RDMA_CM_EVENT_CONNECT_REQUEST).getConnIdPriv();
        far = End.of(accepted);
        accepted.accept(parameters);
        await(nearEvents, RdmaCmEvent.EventType.RDMA_CM_EVENT_ESTABLISHED);
        await(farEvents, RdmaCmEvent.EventType.RDMA_CM_EVENT_ESTABLISHED);
    }

    private static RdmaCmEvent await(final RdmaEventChannel events, final RdmaCmEvent.EventType wanted)
        throws IOException {
        final RdmaCmEvent event = events.getCmEvent(TIMEOUT_MS);
        if (event == null) {
            throw new IOException("DiSNI did not report " + wanted + " within " + TIMEOUT_MS + " ms");
        }
        event.ackEvent();
        if (event.getEvent() != wanted.ordinal()) {
            throw new IOException("DiSNI reported event " + event.getEvent() + " instead of " + wanted);
        }
        return event;
    }

    End near() {
        return near;
    }

    End far() {
        return far;
    }
}
