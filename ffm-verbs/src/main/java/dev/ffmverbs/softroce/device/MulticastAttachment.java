// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import dev.ffmverbs.softroce.port.Port;
import dev.ffmverbs.softroce.port.PortQueuePair;
import dev.ffmverbs.spi.AddressText;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.constants.QueuePairTypes;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * Attaches a queue pair to multicast groups, and detaches it.
 *
 * @param port  its port.
 * @param place its place there.
 * @param type  its type, {@code enum ibv_qp_type}.
 */
record MulticastAttachment(Port port, PortQueuePair place, int type) {

    /** Attaches the queue pair to the group of a {@code union ibv_gid}. Ethernet has no LIDs, so that it is ignored. */
    void attach(final MemorySegment gid, final int lid) throws ProviderException {
        require("ibv_attach_mcast", gid, lid);
        final boolean attached;
        try {
            attached = port.multicastGroups().attach(
                place, MappedGid.read(gid, 0), DeviceLimits.MAX_MULTICAST_GROUPS);
        } catch (final IOException e) {
            throw refusal("ibv_attach_mcast", gid, lid, Errno.EIO, "interface " + port.local().interfaceName()
                + " cannot join the group, or another socket has UDP port " + port.local().udpPort() + " of it: " + e);
        }
        if (!attached) {
            throw refusal("ibv_attach_mcast", gid, lid, Errno.ENOMEM, "the queue pairs of a device are attached to at"
                + " most " + DeviceLimits.MAX_MULTICAST_GROUPS + " different groups");
        }
    }

    void detach(final MemorySegment gid, final int lid) throws ProviderException {
        require("ibv_detach_mcast", gid, lid);
        if (!port.multicastGroups().detach(place, MappedGid.read(gid, 0))) {
            throw refusal("ibv_detach_mcast", gid, lid, Errno.EINVAL, "the queue pair is not attached to the group");
        }
    }

    void detachAll() {
        port.multicastGroups().detachAll(place);
    }

    private void require(final String verb, final MemorySegment gid, final int lid) throws ProviderException {
        if (type != QueuePairTypes.UNRELIABLE_DATAGRAM) {
            throw refusal(verb, gid, lid, Errno.EINVAL, "only queue pairs for datagrams (IBV_QPT_UD) receive from"
                + " groups, this one has type " + QueuePairTypes.name(type));
        }
        if (!MappedGid.isGroup(gid)) {
            throw refusal(verb, gid, lid, Errno.EINVAL, "the GID is not that of a multicast group, 224.0.0.0 to"
                + " 239.255.255.255 or ff00::/8");
        }
    }

    private ProviderException refusal(
        final String verb, final MemorySegment gid, final int lid, final int errno, final String reason) {
        return new ProviderException(
            verb, "number=" + place.service().number() + ", gid=" + AddressText.ofGid(gid) + ", lid=" + lid, errno,
            reason);
    }
}
