// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.value.PeerInformation;

/** The protocol versions and features that a node claims. */
record Versions(int protocol, int minimumCompatible, long features) {

    static final Versions PRESENT =
        new Versions(PeerInformation.PROTOCOL_VERSION, PeerInformation.MINIMUM_COMPATIBLE_VERSION);

    Versions(final int protocol, final int minimumCompatible) {
        this(protocol, minimumCompatible, PeerInformation.FEATURE_CLIENTS | PeerInformation.FEATURE_NOTIFICATIONS);
    }
}
