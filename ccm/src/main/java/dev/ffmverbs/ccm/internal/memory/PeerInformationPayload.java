// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.memory;

import dev.ffmverbs.Gid;
import dev.ffmverbs.ccm.value.PeerInformation;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Encodes what a node says about itself in one record, {@link MailboxSlot#PEER_INFORMATION}. */
public final class PeerInformationPayload {

    private PeerInformationPayload() {
    }

    /**
     * Writes a node's information.
     *
     * @param information the information.
     * @param payload     memory to write to.
     */
    public static void encode(final PeerInformation information, final MemorySegment payload) {
        final PayloadWriter writer = new PayloadWriter(payload).putInt(information.protocolVersion())
            .putInt(information.minimumCompatibleVersion()).putName(information.nodeName())
            .putLong(information.features()).putLong(information.heartbeatIntervalNs())
            .putInt(information.mtuBytes()).putInt(information.gids().size());
        information.gids().forEach(gid -> writer.putLong(gid.high()).putLong(gid.low()));
        writer.clearRest();
    }

    /**
     * Reads a node's information.
     *
     * @param payload a copy, which does not change.
     * @return the information; empty if it is malformed.
     */
    public static Optional<PeerInformation> decode(final MemorySegment payload) {
        final PayloadReader reader = new PayloadReader(payload);
        final int version = reader.getInt();
        final int minimumVersion = reader.getInt();
        final String name = reader.getName();
        final long features = reader.getLong();
        final long intervalNs = reader.getLong();
        final int mtuBytes = reader.getInt();
        final int paths = reader.getInt();
        if (name == null || paths < 1 || paths > PeerInformation.MAXIMUM_PATHS) {
            return Optional.empty();
        }
        final List<Gid> gids = new ArrayList<>();
        for (int i = 0; i < paths; i++) {
            gids.add(new Gid(reader.getLong(), reader.getLong()));
        }
        return Optional.of(new PeerInformation(
            version, minimumVersion, name, features, intervalNs, List.copyOf(gids), mtuBytes));
    }
}
