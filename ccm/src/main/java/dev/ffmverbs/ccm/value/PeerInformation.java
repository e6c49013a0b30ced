// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.value;

import dev.ffmverbs.Gid;
import java.util.List;
import java.util.Optional;

/**
 * Describes a node's connection manager to its partner, once the handshake is complete.
 *
 * @param protocolVersion          version that this node speaks of everything after the handshake.
 * @param minimumCompatibleVersion oldest version it understands.
 * @param nodeName                 its name.
 * @param features                 one bit for each optional feature; unknown bits are ignored.
 * @param heartbeatIntervalNs      time between two beats of its counter, in nanoseconds; a partner may send any number.
 * @param gids                     addresses of its devices, one for each path, to which ports connect.
 * @param mtuBytes                 largest packet payload that all its devices support.
 */
public record PeerInformation(
    int protocolVersion, int minimumCompatibleVersion, String nodeName, long features, long heartbeatIntervalNs,
    List<Gid> gids, int mtuBytes) {

    /** Maximum number of paths between two nodes. */
    public static final int MAXIMUM_PATHS = 4;

    /** The version this library speaks. */
    public static final int PROTOCOL_VERSION = 1;

    /** The oldest version this library understands. */
    public static final int MINIMUM_COMPATIBLE_VERSION = 1;

    /** Feature bit: ports and client memory. */
    public static final long FEATURE_CLIENTS = 1;

    /** Feature bit: records after the handshake are written with immediate data, which wakes their receiver. */
    public static final long FEATURE_NOTIFICATIONS = 2;

    /**
     * Decides whether two nodes understand each other. Each must speak at least the version that the other needs.
     *
     * @param other the other node's information.
     * @return empty if they do; otherwise the reason, with all versions.
     */
    public Optional<String> incompatibilityWith(final PeerInformation other) {
        if (protocolVersion >= other.minimumCompatibleVersion && other.protocolVersion >= minimumCompatibleVersion) {
            return Optional.empty();
        }
        return Optional.of("node " + other.nodeName + " speaks protocol version "
            + Integer.toUnsignedString(other.protocolVersion) + " and needs at least "
            + Integer.toUnsignedString(other.minimumCompatibleVersion) + "; this node speaks " + protocolVersion
            + " and needs at least " + minimumCompatibleVersion);
    }
}
