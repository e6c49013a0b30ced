// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.HandshakeTimes;
import dev.ffmverbs.ccm.value.Incarnation;

/** Creates partners and sessions without a node, for events about them. */
public final class NamedPartner {

    private static final HandshakeTimes TIMES = new HandshakeTimes(1_000, 1_000, 1_000, 1_000, 5_000, 1);

    private NamedPartner() {
    }

    /** Returns a partner as configured by NAME=ADDRESS:PORT[,ADDRESS:PORT...]. */
    public static Partner of(final String address) {
        return new Partner(PartnerAddress.parse(address));
    }

    /** Returns a session with such a partner. */
    public static Session sessionWith(final Partner partner) {
        return new Session(
            partner, new Incarnation(new BootId(1, 1), 0), new Incarnation(new BootId(2, 2), 0), 1, TIMES, null);
    }
}
