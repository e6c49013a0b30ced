// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.value;

import dev.ffmverbs.Gid;
import java.util.List;
import java.util.Optional;

/**
 * What a node tells its partner about its connection manager, once the handshake is complete.
 *
 * @param protocolVersion          version of all that follows the handshake, as this node speaks it.
 * @param minimumCompatibleVersion oldest version it understands.
 * @param nodeName                 its name.
 * @param features                 one bit for each optional ability; unknown bits are ignored.
 * @param heartbeatIntervalNs      time between two beats of its counter, in nanoseconds; from a partner any number.
 * @param gids                     addresses of its devices, one for each path, which ports connect to.
 * @param mtuBytes                 largest packet payload that all its devices take.
 */
public record PeerInformation(
    int protocolVersion, int minimumCompatibleVersion, String nodeName, long features, long heartbeatIntervalNs,
    List<Gid> gids, int mtuBytes) {

    /** Most paths between two nodes. */
    public static final int MAXIMUM_PATHS = 4;

    /** The version this library speaks. */
    public static final int PROTOCOL_VERSION = 1;

    /** The oldest version this library understands. */
    public static final int MINIMUM_COMPATIBLE_VERSION = 1;

    /** Feature bit: ports and client memory. */
    public static final long FEATURE_CLIENTS = 1;

    /** Feature bit: what follows the handshake is written with immediate data, which wakes its receiver. */
    public static final long FEATURE_NOTIFICATIONS = 2;

    /**
     * Decides whether two nodes understand each other: each must speak at least what the other needs.
     *
     * @param other the other node's information.
     * @return empty when they do; otherwise why not, naming all versions.
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
