// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.witness;

import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.SharedSecret;
import dev.ffmverbs.spi.AddressText;
import java.net.InetSocketAddress;

/**
 * Who a witness is.
 *
 * @param address     where it listens.
 * @param incarnation drawn at its start.
 * @param secret      what it has in common with its nodes.
 */
record WitnessIdentity(InetSocketAddress address, BootId incarnation, SharedSecret secret) {

    @Override
    public String toString() {
        return "witness " + AddressText.of(address);
    }
}
